package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A call whose caller's node dies while it rings. */
class SipOrphanTest {
    private final AgentNetwork network = new AgentNetwork();
    private final TestPhone alice = TestPhone.browser(network, "alice", "wonder", 1);
    private final TestPhone bob = TestPhone.browser(network, "bob", "builder", 2);
    private final TestMessage invite;

    SipOrphanTest() {
        assertThat(bob.register().status()).isEqualTo(200);
        assertThat(alice.register().status()).isEqualTo(200);
        alice.invite(bob.addressOfRecord());
        invite = bob.expect("INVITE");
        bob.reply(invite, 180);
        alice.expect("180 INVITE");
        network.freeze(1);
        network.judgeCut();
    }

    private void comeBack() {
        alice.connect(3);
        assertThat(alice.register().status()).isEqualTo(200);
    }

    @Test
    void shouldBringTheAnswerToACallerWhoIsRegisteredAtAnotherNode() {
        comeBack();
        bob.reply(invite, 200);

        TestMessage accepted = alice.expect("200 INVITE");
        assertThat(accepted.headers("Via")).hasSize(1);
        TestDialog dialog = TestDialog.ofCaller(alice, accepted);
        dialog.acknowledge(accepted);
        bob.expect("ACK");
        dialog.send("BYE");
        bob.reply(bob.expect("BYE"), 200);
        alice.expect("200 BYE");
        assertThat(network.count(SipCounter.REROUTED)).isOne();
    }

    @Test
    void shouldBringTheAnswerThatIsRepeatedToACallerWhoComesBackLate() {
        bob.reply(invite, 200);
        network.settle();
        assertThat(network.count(SipCounter.STRAY_RESPONSE)).isOne();
        comeBack();
        bob.reply(invite, 200);
        alice.expect("200 INVITE");
    }

    @Test
    void shouldBringNothingThatHasNoTokenOfTheCluster() {
        comeBack();
        bob.send(new TestMessage(bob.reply(invite, 200).text().replaceAll("Record-Route: .*\n", "")));
        alice.expect("200 INVITE");
        alice.expectNothing();
        bob.send(
            new TestMessage(bob.reply(invite, 486).text().replaceAll("Record-Route: <sip:.", "Record-Route: <sip:!")));
        alice.expect("486 INVITE");
        alice.expectNothing();
    }
}
