package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.sip.SipTransport;
import org.junit.jupiter.api.Test;

/** A callee that is lost while it rings, and comes back. */
class SipRingingTest {
    private static final String URN = "\"<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>\"";

    private final TestNetwork network = new TestNetwork(true);
    private final TestPhone alice = TestPhone.browser(network, "alice", "wonder", 1);
    private final TestPhone bob = new TestPhone(network, "bob", "builder", SipTransport.WS, "first.invalid", 2);
    private TestMessage sent = new TestMessage("");

    SipRingingTest() {
        alice.register();
        register(bob);
    }

    private static void register(TestPhone phone) {
        phone.contactLines(
            "Supported: outbound\nContact: " + phone.contact() + ";reg-id=1;+sip.instance=" + URN + "\n");
        assertThat(phone.register().status()).isEqualTo(200);
    }

    private TestMessage ring() {
        sent = alice.invite("bob");
        TestMessage invite = bob.expect("INVITE");
        bob.reply(invite, 180);
        alice.expect("180 INVITE");
        assertThat(network.ringing()).isOne();
        return invite;
    }

    private void answer(TestPhone callee, TestMessage invite) {
        callee.reply(invite, 200);
        TestMessage accepted = alice.expect("200 INVITE");
        TestDialog dialog = TestDialog.ofCaller(alice, accepted);
        dialog.acknowledge(accepted);
        callee.expect("ACK");
        dialog.send("BYE");
        callee.reply(callee.expect("BYE"), 200);
        alice.expect("200 BYE");
        assertThat(network.ringing()).isZero();
        network.advance(40_000);
        assertThat(network.transactions()).isZero();
    }

    @Test
    void shouldRingOnUnderTheSameBranchWhenTheConnectionIsBack() {
        TestMessage invite = ring();
        bob.disconnect();
        bob.connect(3);
        register(bob);

        TestMessage again = bob.expect("INVITE");
        assertThat(again.header("Via")).isEqualTo(invite.header("Via"));
        assertThat(again.header("Record-Route")).isEqualTo(invite.header("Record-Route"));
        bob.reply(again, 180);
        alice.expect("180 INVITE");
        answer(bob, again);
    }

    @Test
    void shouldRingOnByTheNewContactWhenTheNodeHasDiedAndThePageWasLoadedAgain() {
        ring();
        network.kill(2);
        TestPhone reloaded = new TestPhone(network, "bob", "builder", SipTransport.WS, "second.invalid", 3);
        register(reloaded);

        TestMessage again = reloaded.expect("INVITE");
        assertThat(again.requestUri()).isEqualTo(reloaded.contact().replaceAll("[<>]", ""));
        answer(reloaded, again);
    }

    @Test
    void shouldCancelOverTheFlowThatRingsNow() {
        ring();
        bob.disconnect();
        bob.connect(1);
        register(bob);
        TestMessage again = bob.expect("INVITE");
        bob.reply(again, 180);
        alice.expect("180 INVITE");
        alice.cancel(sent);
        alice.expect("200 CANCEL");
        bob.expect("CANCEL");
        bob.reply(again, 487);
        bob.expect("ACK");
        alice.expect("487 INVITE");
        assertThat(network.ringing()).isZero();
    }

    @Test
    void shouldNotRingAgainWhatIsRefreshedAnsweredOrCanceled() {
        TestMessage invite = ring();
        register(bob);
        bob.expectNothing();
        alice.cancel(sent);
        alice.expect("200 CANCEL");
        bob.expect("CANCEL");
        bob.disconnect();
        bob.connect(3);
        register(bob);
        bob.expectNothing();
        bob.reply(invite, 487);
        bob.expect("ACK");
        alice.expect("487 INVITE");
        assertThat(network.ringing()).isZero();
    }

    @Test
    void shouldRingAnotherDeskPhoneOverAnotherTransport() {
        ring();
        bob.disconnect();
        TestPhone desk = new TestPhone(network, "bob", "builder", SipTransport.UDP, "192.0.2.7:5060", 3);
        register(desk);
        TestMessage again = desk.expect("INVITE");
        assertThat(again.header("Via")).startsWith("SIP/2.0/UDP ");
        assertThat(again.values("Record-Route")).hasSize(2);
        answer(desk, again);
    }
}
