package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.sip.SipTransport;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is wrong with a message whose credentials are right, it is answered, passed on or dropped. */
class SipMutationPropertyTest {
    private static final int MUTATIONS = 60;
    private static final String CHARACTERS = "\0\r\n\t ,;:<>\"\\%@=/?&*[]aZ09\u00e9";
    private static final String INSTANCE = "\"<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>\"";

    static LongStream seeds() {
        return LongStream.range(0, 60);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldTakeWhateverComes(long seed) {
        Random random = new Random(seed);
        TestNetwork network = new TestNetwork(random.nextBoolean());
        TestPhone alice = TestPhone.browser(network, "alice", "wonder", 1);
        TestPhone bob = random.nextBoolean()
            ? TestPhone.desk(network, "bob", "builder", 2)
            : new TestPhone(network, "bob", "builder", SipTransport.TCP, "192.0.2.9", 2);
        alice.contactLines(
            "Supported: path, gruu, outbound\nPath: \"An \\\" edge\" <sip:edge.example.net;lr;ob>\nContact: \"A\" "
                + alice.contact() + ";reg-id=1;expires=600;q=0.7;+sip.instance=" + INSTANCE + "\n");
        assertThat(alice.register().status()).isEqualTo(200);
        assertThat(bob.register().status()).isEqualTo(200);
        alice.invite("bob");
        TestMessage invite = bob.expect("INVITE");
        TestMessage answer = bob.reply(invite, 200);
        TestDialog dialog = TestDialog.ofCaller(alice, alice.expect("200 INVITE"));
        for (int i = 0; i < MUTATIONS; i++) {
            TestMessage message = message(random, alice, bob, invite, dialog, answer);
            network.send(random.nextBoolean() ? alice.flow() : bob.flow(), mutated(message.text(), random));
            network.advance(20);
            alice.received();
            bob.received();
        }
        network.advance(200_000);
        network.advance(70_000);
        assertThat(network.transactions()).isZero();
    }

    private static TestMessage message(
        Random random, TestPhone alice, TestPhone bob, TestMessage invite, TestDialog dialog, TestMessage answer) {
        return switch (random.nextInt(7)) {
            case 0 -> alice.authorizedRegister();
            case 1 -> alice.authorized(
                "INVITE",
                TestPhone.uri("bob"),
                "Max-Breadth: 7\nContact: " + alice.contact() + "\n");
            case 2 -> bob.authorized("MESSAGE", TestPhone.uri("alice"), "Require: x\nP-Asserted-Identity: <sip:a@b>\n");
            case 3 -> dialog.write("INFO", "", null);
            case 4 -> dialog.write("ACK", "", 7L);
            case 5 -> new TestMessage(invite.text().replace("INVITE", "CANCEL"));
            default -> answer;
        };
    }

    private static String mutated(String text, Random random) {
        StringBuilder mutated = new StringBuilder(text);
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(mutated.length());
            switch (random.nextInt(6)) {
                case 0 -> mutated.setCharAt(at, CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
                case 1 -> mutated.insert(at, CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
                case 2 -> mutated.delete(at, Math.min(mutated.length() - 1, at + random.nextInt(9)));
                case 3 -> mutated.insert(at, "\\\0");
                case 4 -> {
                    List<String> lines = mutated.toString().lines().toList();
                    String line = lines.get(random.nextInt(lines.size())) + "\n";
                    mutated.insert(mutated.indexOf("\n") + 1, line.repeat(1 + random.nextInt(70)));
                }
                default -> {
                    int digit = mutated.indexOf("0", at);
                    if (digit >= 0) {
                        mutated.replace(digit, digit + 1, "4294967296");
                    }
                }
            }
        }
        return mutated.toString();
    }
}
