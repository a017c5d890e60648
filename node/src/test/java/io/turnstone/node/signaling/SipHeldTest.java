package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Requests of a dialog whose other side is away when they come. */
class SipHeldTest {
    /** Half of 64 times T1. */
    private static final long HELD_MS = 16_000;
    /** An eighth of the 200 transactions that {@link TestNetwork} allows. */
    private static final int HELD_MAX = 25;

    private final TestNetwork network = new TestNetwork(true);
    private final TestPhone alice = TestPhone.browser(network, "alice", "wonder", 1);
    private final TestPhone bob = TestPhone.browser(network, "bob", "builder", 2);
    private final TestDialog ofAlice;
    private final TestDialog ofBob;

    SipHeldTest() {
        alice.register();
        bob.register();
        alice.invite("bob");
        TestMessage invite = bob.expect("INVITE");
        TestMessage answer = bob.reply(invite, 200);
        TestMessage accepted = alice.expect("200 INVITE");
        ofAlice = TestDialog.ofCaller(alice, accepted);
        ofAlice.acknowledge(accepted);
        bob.expect("ACK");
        ofBob = TestDialog.ofCallee(bob, invite, answer);
    }

    private void assertNothingLeft() {
        network.advance(40_000);
        assertThat(network.held()).isZero();
        assertThat(network.transactions()).isZero();
        alice.expectNothing();
        bob.expectNothing();
    }

    @Test
    void shouldGoOnWhenTheOtherSideIsRegisteredAgain() {
        bob.disconnect();
        ofAlice.send("INVITE");
        network.advance(250);
        alice.expect("100 INVITE");
        assertThat(network.held()).isOne();
        bob.connect(3);
        bob.expectNothing();
        bob.register();

        bob.reply(bob.expect("INVITE"), 200);
        ofAlice.acknowledge(alice.expect("200 INVITE"));
        bob.expect("ACK");
        assertThat(network.count(SipCounter.HELD)).isOne();
        assertNothingLeft();
    }

    @Test
    void shouldGoOnForTheCallerToo() {
        alice.disconnect();
        ofBob.send("BYE");
        network.advance(HELD_MS - 1_000);
        bob.expect("100 BYE");
        alice.connect(3);
        alice.register();

        alice.reply(alice.expect("BYE"), 200);
        bob.expect("200 BYE");
        assertNothingLeft();
    }

    @Test
    void shouldHoldWhatIsForAFlowThatIsGoneWithItsNode() {
        network.kill(2);
        ofAlice.send("BYE");
        network.settle();
        assertThat(network.held()).isOne();
        bob.connect(3);
        bob.register();

        bob.reply(bob.expect("BYE"), 200);
        alice.expect("200 BYE");
        assertNothingLeft();
    }

    @Test
    void shouldKeepTheOrder() {
        bob.disconnect();
        ofAlice.send("INFO");
        ofAlice.send("BYE");
        network.settle();
        bob.connect(2);
        bob.register();

        bob.reply(bob.expect("INFO"), 200);
        bob.reply(bob.expect("BYE"), 200);
        alice.expect("200 INFO");
        alice.expect("200 BYE");
        assertNothingLeft();
    }

    @Test
    void shouldAnswer480WhenTheOtherSideStaysAway() {
        bob.disconnect();
        TestMessage sent = ofAlice.send("INVITE");
        network.advance(HELD_MS - 100);
        alice.expect("100 INVITE");
        alice.expectNothing();
        network.advance(200);

        alice.acknowledge(sent, alice.expect("480 INVITE"));
        bob.connect(1);
        bob.register();
        assertNothingLeft();
    }

    @Test
    void shouldNotSendWhatWasCanceledMeanwhile() {
        bob.disconnect();
        TestMessage sent = ofAlice.send("INVITE");
        network.settle();
        alice.cancel(sent);
        alice.expect("200 CANCEL");
        alice.acknowledge(sent, alice.expect("487 INVITE"));
        bob.connect(1);
        bob.register();
        assertNothingLeft();
    }

    @Test
    void shouldHoldOnlySoMany() {
        bob.disconnect();
        for (int i = 0; i < HELD_MAX; i++) {
            ofAlice.send("INFO");
        }
        alice.expectNothing();
        assertThat(network.held()).isEqualTo(HELD_MAX);
        ofAlice.send("INFO");
        alice.expect("480 INFO");
    }

    @Test
    void shouldHoldNothingForACalleeOfANewCall() {
        bob.disconnect();
        alice.invite("bob");
        alice.expect("480 INVITE");
        assertThat(network.held()).isZero();
    }
}
