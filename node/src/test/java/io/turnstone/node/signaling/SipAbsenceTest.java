package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.signaling.PushNotification.Reason;
import org.junit.jupiter.api.Test;

/** Calls in a cluster for somebody whose connection was just lost, or whose node has just died. */
class SipAbsenceTest {
    private static final String INSTANCE = ";reg-id=1;+sip.instance=\"<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>\"";
    private static final long ABSENCE_MS = RegistrationLimits.DEFAULT.absenceMs();

    private final AgentNetwork network = new AgentNetwork();
    private final TestPhone alice = TestPhone.browser(network, "alice", "wonder", 1);
    private final TestPhone bob = TestPhone.browser(network, "bob", "builder", 2);

    SipAbsenceTest() {
        assertThat(alice.register().status()).isEqualTo(200);
        register(INSTANCE);
    }

    private void register(String parameters) {
        bob.contactLines("Supported: outbound\nContact: " + bob.contact() + parameters + ";expires=600\n");
        assertThat(bob.register().status()).isEqualTo(200);
    }

    private void comeBack() {
        bob.connect(3);
        register(INSTANCE);
    }

    private void answer() {
        TestMessage invite = bob.expect("INVITE");
        bob.reply(invite, 200);
        TestMessage accepted = alice.expect("200 INVITE");
        TestDialog.ofCaller(alice, accepted).acknowledge(accepted);
        bob.expect("ACK");
    }

    @Test
    void shouldHoldACallUntilTheConnectionIsBackAtAnotherNode() {
        bob.disconnect();
        network.settle();
        assertThat(network.agent(1).engineCounters().get(SipCounter.AWAITED)).isZero();
        alice.invite(bob.addressOfRecord());
        network.advance(ABSENCE_MS - 1_000);
        alice.expect("100 INVITE");
        alice.expectNothing();
        assertThat(network.count(SipCounter.AWAITED)).isOne();
        assertThat(network.pushes).isEmpty();
        comeBack();
        answer();
    }

    private TestPhone registerDesk() {
        TestPhone desk = TestPhone.browser(network, "bob", "builder", 3);
        assertThat(desk.register().status()).isEqualTo(200);
        return desk;
    }

    @Test
    void shouldRingWhoComesBackBesideWhatRingsAlready() {
        TestPhone desk = registerDesk();
        bob.disconnect();
        alice.invite(bob.addressOfRecord());
        desk.reply(desk.expect("INVITE"), 180);
        alice.expect("180 INVITE");
        comeBack();
        answer();
        desk.expect("CANCEL");
    }

    @Test
    void shouldNotWaitWhenAnotherDeviceHasDeclined() {
        TestPhone desk = registerDesk();
        bob.disconnect();
        TestMessage sent = alice.invite(bob.addressOfRecord());
        desk.reply(desk.expect("INVITE"), 486);
        desk.expect("ACK");
        alice.acknowledge(sent, alice.expect("486 INVITE"));
    }

    @Test
    void shouldAnswer480WhenItDoesNotComeBack() {
        bob.disconnect();
        TestMessage sent = alice.invite(bob.addressOfRecord());
        network.advance(ABSENCE_MS + 100);
        alice.expect("100 INVITE");
        alice.acknowledge(sent, alice.expect("480 INVITE"));
        comeBack();
        bob.expectNothing();
    }

    @Test
    void shouldForgetWhoHasNotComeBackAtEveryNode() {
        bob.disconnect();
        network.advance(1_000);
        assertThat(network.agent(3).sizes().bindings()).isEqualTo(1);
        assertThat(network.agent(3).sizes().away()).isEqualTo(1);
        network.advance(ABSENCE_MS);
        assertThat(network.agent(3).sizes().away()).isZero();
        TestMessage sent = alice.invite(bob.addressOfRecord());
        alice.acknowledge(sent, alice.expect("480 INVITE"));
    }

    @Test
    void shouldHoldACallForACalleeWhoseNodeHasDied() {
        network.freeze(2);
        network.judgeCut();
        alice.invite(bob.addressOfRecord());
        network.advance(1_000);
        alice.expect("100 INVITE");
        comeBack();
        answer();
    }

    @Test
    void shouldNotWaitForACalleeWhoseNodeHasBeenSilentForLong() {
        network.freeze(2);
        network.judgeCut();
        network.advance(ABSENCE_MS + 100);
        TestMessage sent = alice.invite(bob.addressOfRecord());
        alice.acknowledge(sent, alice.expect("480 INVITE"));
    }

    @Test
    void shouldHoldWhatFindsTheFlowGone() {
        network.breakOff(bob.flow());
        alice.invite(bob.addressOfRecord());
        network.settle();
        alice.expectNothing();
        comeBack();
        answer();
    }

    @Test
    void shouldWakeWhoCanBeWokenHoweverLongItsNodeHasBeenSilent() {
        register(INSTANCE);
        bob.contactLines("Contact: " + bob.contact().replace(">", ";pn-provider=fcm;pn-prid=token>") + "\n");
        assertThat(bob.register().status()).isEqualTo(200);
        network.freeze(2);
        network.judgeCut();
        network.advance(ABSENCE_MS + 100);
        alice.invite(bob.addressOfRecord());
        network.settle();
        assertThat(network.pushes).containsExactly(
            new PushNotification(new PushResource("fcm", "token", ""), "bob@example.com", Reason.CALL, 20));
        bob.connect(3);
        assertThat(bob.register().status()).isEqualTo(200);
        answer();
    }
}
