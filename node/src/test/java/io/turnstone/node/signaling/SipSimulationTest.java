package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Calls between browsers that lose their connections and come back at any node, while nodes die and forget everything: each
 * request reaches the other side and nobody else, and nothing is left behind.
 */
class SipSimulationTest {
    private static final int STEPS = 40;

    private final List<TestPhone> phones = new ArrayList<>();

    /** One call that was answered. */
    private record Talk(TestPhone caller, TestPhone callee, TestDialog ofCaller, TestDialog ofCallee) {}

    static LongStream seeds() {
        return LongStream.range(0, 40);
    }

    /** One location service for all engines. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldReachTheOtherSideWhereverItIs(long seed) {
        Random random = new Random(seed);
        live(new TestNetwork(random.nextBoolean()), random);
    }

    /** A location service that the nodes replicate, and flows that they lend each other. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldReachTheOtherSideThroughTheCluster(long seed) {
        live(new AgentNetwork(), new Random(seed));
    }

    private void live(PhoneNetwork network, Random random) {
        phones.add(TestPhone.browser(network, "alice", "wonder", node(random)));
        phones.add(TestPhone.browser(network, "bob", "builder", node(random)));
        phones.add(TestPhone.browser(network, "carol", "king", node(random)));
        phones.add(TestPhone.browser(network, "dave", "cave", node(random)));
        phones.forEach(phone -> assertThat(phone.register().status()).isEqualTo(200));
        List<Talk> talks = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            switch (random.nextInt(9)) {
                case 0 -> die(network, random);
                case 1, 2, 3 -> comeBack(phones.get(random.nextInt(phones.size())), random);
                default -> {
                }
            }
            if (talks.isEmpty() || random.nextInt(3) == 0) {
                call(random, talks);
            } else {
                talk(random, talks);
            }
            phones.forEach(TestPhone::expectNothing);
        }
        network.advance(40_000);
        network.assertNothingLeft();
        assertThat(network.count(SipCounter.STRAY_RESPONSE)).isZero();
        assertThat(network.count(SipCounter.MALFORMED)).isZero();
    }

    private static int node(Random random) {
        return 1 + random.nextInt(3);
    }

    private static void comeBack(TestPhone phone, Random random) {
        phone.disconnect();
        phone.connect(node(random));
        assertThat(phone.register().status()).isEqualTo(200);
    }

    private void die(PhoneNetwork network, Random random) {
        int node = node(random);
        List<TestPhone> lost = phones.stream().filter(phone -> network.isAt(phone.flow(), node)).toList();
        network.kill(node);
        for (TestPhone phone : lost) {
            phone.connect(node(random));
            assertThat(phone.register().status()).isEqualTo(200);
        }
    }

    private void call(Random random, List<Talk> talks) {
        int first = random.nextInt(phones.size());
        TestPhone caller = phones.get(first);
        TestPhone callee = phones.get((first + 1 + random.nextInt(phones.size() - 1)) % phones.size());
        TestMessage sent = caller.invite(callee.addressOfRecord());
        TestMessage invite = callee.expect("INVITE");
        callee.reply(invite, 180);
        caller.expect("180 INVITE");
        switch (random.nextInt(4)) {
            case 0 -> {
                callee.reply(invite, 486);
                callee.expect("ACK");
                caller.acknowledge(sent, caller.expect("486 INVITE"));
            }
            case 1 -> {
                caller.cancel(sent);
                caller.expect("200 CANCEL");
                callee.expect("CANCEL");
                callee.reply(invite, 487);
                callee.expect("ACK");
                caller.acknowledge(sent, caller.expect("487 INVITE"));
            }
            default -> {
                if (random.nextBoolean()) {
                    comeBack(callee, random);
                    assertThat(callee.expect("INVITE").header("Via")).isEqualTo(invite.header("Via"));
                }
                TestMessage answer = callee.reply(invite, 200);
                TestMessage accepted = caller.expect("200 INVITE");
                TestDialog ofCaller = TestDialog.ofCaller(caller, accepted);
                ofCaller.acknowledge(accepted);
                callee.expect("ACK");
                talks.add(new Talk(caller, callee, ofCaller, TestDialog.ofCallee(callee, invite, answer)));
            }
        }
    }

    private static void talk(Random random, List<Talk> talks) {
        Talk talk = talks.get(random.nextInt(talks.size()));
        boolean byCaller = random.nextBoolean();
        TestPhone asks = byCaller ? talk.caller() : talk.callee();
        TestPhone answers = byCaller ? talk.callee() : talk.caller();
        TestDialog dialog = byCaller ? talk.ofCaller() : talk.ofCallee();
        switch (random.nextInt(3)) {
            case 0 -> {
                dialog.send("INVITE");
                answers.reply(answers.expect("INVITE"), 200);
                dialog.acknowledge(asks.expect("200 INVITE"));
                answers.expect("ACK");
            }
            case 1 -> {
                dialog.send("INFO");
                answers.reply(answers.expect("INFO"), 200);
                asks.expect("200 INFO");
            }
            default -> {
                dialog.send("BYE");
                answers.reply(answers.expect("BYE"), 200);
                asks.expect("200 BYE");
                talks.remove(talk);
            }
        }
    }
}
