package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.signaling.PushNotification.Reason;
import io.turnstone.protocol.sip.SipTransport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A callee who keeps no connection is woken, registers again and gets the request (RFC 8599). */
class SipPushTest {
    private static final String PUSH = ";pn-provider=fcm;pn-prid=token%3A1;pn-param=project";
    private static final PushResource RESOURCE = new PushResource("fcm", "token:1", "project");
    private static final long WAIT_MS = 20_000;
    private static final String BOB = "bob@example.com";

    private final List<PushNotification> pushes = new ArrayList<>();
    private boolean full;
    private final TestNetwork network = new TestNetwork(true,
        new SipEngine.Beyond(TrunkSettings.NONE, Servers.NONE,
            PushSettings.of(List.of("apns", "fcm"), WAIT_MS, this::take)));
    private final TestPhone alice = TestPhone.browser(network, "alice", "wonder", 1);
    private final TestPhone mobile = bob("mobile.invalid", 2);

    SipPushTest() {
        alice.register();
        registerMobile();
    }

    private boolean take(PushNotification notification) {
        return !full && pushes.add(notification);
    }

    private TestPhone bob(String host, int node) {
        return new TestPhone(network, "bob", "builder", SipTransport.WS, host, node);
    }

    private static String with(TestPhone phone, String parameters) {
        return phone.contact().replace(">", parameters + ">");
    }

    private TestMessage registerMobile() {
        mobile.contactLines("Contact: " + with(mobile, PUSH) + ";expires=600\n");
        return mobile.register();
    }

    private void wakeUp(int node) {
        mobile.connect(node);
        assertThat(registerMobile().status()).isEqualTo(200);
    }

    private void talk(TestPhone callee, TestMessage invite) {
        callee.reply(invite, 200);
        TestMessage accepted = alice.expect("200 INVITE");
        TestDialog dialog = TestDialog.ofCaller(alice, accepted);
        dialog.acknowledge(accepted);
        callee.expect("ACK");
        dialog.send("BYE");
        callee.reply(callee.expect("BYE"), 200);
        alice.expect("200 BYE");
    }

    private void assertNothingLeft() {
        network.advance(40_000);
        assertThat(network.held()).isZero();
        network.assertNothingLeft();
    }

    @Test
    void shouldTellWhoRegistersThatItIsWokenAndNobodyElseByWhat() {
        TestMessage registered = registerMobile();
        assertThat(registered.headers("Feature-Caps")).containsExactly("*;+sip.pns=\"fcm\"");
        assertThat(registered.header("Contact")).contains(";pn-provider=fcm;pn-prid=token:1;pn-param=project>");

        TestPhone desk = bob("desk.invalid", 3);
        desk.contactLines("Contact: " + with(desk, ";pn-provider") + "\n");
        TestMessage asked = desk.register();
        assertThat(asked.headers("Feature-Caps")).containsExactly("*;+sip.pns=\"apns\"", "*;+sip.pns=\"fcm\"");
        assertThat(asked.headers("Contact")).hasSize(2).noneMatch(contact -> contact.contains("pn-"));

        alice.invite("bob");
        assertThat(mobile.expect("INVITE").requestUri()).doesNotContain("pn-");
        assertThat(pushes).isEmpty();
    }

    @Test
    void shouldSayWhenWhoNeedsNoPushForItHasToRefresh() {
        mobile.contactLines("Contact: " + with(mobile, PUSH) + ";+sip.pnsreg\n");
        assertThat(mobile.register().headers("Feature-Caps"))
            .containsExactly("*;+sip.pns=\"fcm\";+sip.pnsreg=\"130\"");
    }

    @Test
    void shouldRefuseAnUnknownServiceAndNameItsOwn() {
        TestPhone desk = bob("desk.invalid", 3);
        desk.contactLines("Contact: " + with(desk, ";pn-provider=acme;pn-prid=1") + "\n");
        TestMessage refused = desk.register();
        assertThat(refused.status()).isEqualTo(555);
        assertThat(refused.headers("Feature-Caps")).hasSize(2);
        assertThat(network.locations.all()).hasSize(2);
    }

    @Test
    void shouldCallWhoWasWokenAtAnotherNode() {
        mobile.disconnect();
        alice.invite("bob");
        network.advance(300);
        alice.expect("100 INVITE");
        assertThat(pushes).containsExactly(new PushNotification(RESOURCE, BOB, Reason.CALL, WAIT_MS / 1_000));
        assertThat(network.count(SipCounter.AWAITED)).isOne();
        wakeUp(3);

        talk(mobile, mobile.expect("INVITE"));
        assertNothingLeft();
    }

    @Test
    void shouldAnswer480WhenNobodyComes() {
        mobile.disconnect();
        TestMessage sent = alice.invite("bob");
        network.advance(WAIT_MS - 100);
        alice.expect("100 INVITE");
        alice.expectNothing();
        network.advance(200);
        alice.acknowledge(sent, alice.expect("480 INVITE"));
        wakeUp(2);
        mobile.expectNothing();
        assertNothingLeft();
    }

    @Test
    void shouldAnswer480AtOnceWhenTheServiceKnowsNobodyOfThatName() {
        mobile.disconnect();
        TestMessage sent = alice.invite("bob");
        network.advance(300);
        alice.expect("100 INVITE");
        network.engine(1).onPushRefused(pushes.getFirst());
        network.advance(300);
        alice.acknowledge(sent, alice.expect("480 INVITE"));
        assertThat(network.locations.all()).extracting(Binding::addressOfRecord).doesNotContain(BOB);

        alice.acknowledge(alice.invite("bob"), alice.expect("480 INVITE"));
        assertThat(pushes).hasSize(1);
        assertNothingLeft();
    }

    @Test
    void shouldKeepWhoIsThereAlthoughTheServiceDoesNotKnowIt() {
        network.engine(1).onPushRefused(new PushNotification(RESOURCE, BOB, Reason.REFRESH, 20));
        network.advance(300);
        alice.invite("bob");
        talk(mobile, mobile.expect("INVITE"));

        mobile.disconnect();
        alice.acknowledge(alice.invite("bob"), alice.expect("480 INVITE"));
        assertThat(pushes).isEmpty();
        assertNothingLeft();
    }

    @Test
    void shouldAddWhoWasWokenToWhatRingsAlready() {
        TestPhone desk = bob("desk.invalid", 3);
        desk.register();
        mobile.disconnect();
        alice.invite("bob");
        TestMessage first = desk.expect("INVITE");
        assertThat(first.header("Max-Breadth")).isEqualTo("30");
        desk.reply(first, 180);
        alice.expect("180 INVITE");
        wakeUp(1);
        TestMessage late = mobile.expect("INVITE");
        assertThat(late.header("Max-Breadth")).isEqualTo("30");
        mobile.reply(late, 180);
        alice.expect("180 INVITE");

        mobile.reply(late, 200);
        alice.expect("200 INVITE");
        desk.reply(desk.expect("CANCEL"), 200);
        desk.reply(first, 487);
        desk.expect("ACK");
        assertNothingLeft();
    }

    @Test
    void shouldAnswerWithWhatTheOthersGaveWhenNobodyComes() {
        TestPhone desk = bob("desk.invalid", 3);
        desk.register();
        mobile.disconnect();
        TestMessage sent = alice.invite("bob");
        desk.reply(desk.expect("INVITE"), 486);
        desk.expect("ACK");
        network.advance(WAIT_MS - 1_000);
        alice.expect("100 INVITE");
        alice.expectNothing();
        network.advance(1_000);
        alice.acknowledge(sent, alice.expect("486 INVITE"));
        assertNothingLeft();
    }

    @Test
    void shouldNotWaitForAnybodyWhenOneHasAnsweredOrDeclinedForAll() {
        TestPhone desk = bob("desk.invalid", 3);
        desk.register();
        mobile.disconnect();
        TestMessage sent = alice.invite("bob");
        desk.reply(desk.expect("INVITE"), 603);
        desk.expect("ACK");
        alice.acknowledge(sent, alice.expect("603 INVITE"));
        alice.invite("bob");
        desk.reply(desk.expect("INVITE"), 200);
        alice.expect("200 INVITE");
        wakeUp(2);
        mobile.expectNothing();
        assertNothingLeft();
    }

    @Test
    void shouldAnswer487WhenTheCallerGivesUpWhileItWaits() {
        mobile.disconnect();
        TestMessage sent = alice.invite("bob");
        network.settle();
        alice.cancel(sent);
        alice.expect("200 CANCEL");
        alice.acknowledge(sent, alice.expect("487 INVITE"));
        wakeUp(2);
        mobile.expectNothing();
        assertNothingLeft();
    }

    @Test
    void shouldCancelWhatRingsAndWaitNoLongerWhenTheCallerGivesUp() {
        TestPhone desk = bob("desk.invalid", 3);
        desk.register();
        mobile.disconnect();
        TestMessage sent = alice.invite("bob");
        TestMessage rung = desk.expect("INVITE");
        desk.reply(rung, 180);
        alice.expect("180 INVITE");
        alice.cancel(sent);
        alice.expect("200 CANCEL");
        desk.reply(desk.expect("CANCEL"), 200);
        desk.reply(rung, 487);
        desk.expect("ACK");
        alice.acknowledge(sent, alice.expect("487 INVITE"));
        assertNothingLeft();
    }

    @Test
    void shouldWakeWhoseFlowIsGoneWithItsNode() {
        network.kill(2);
        alice.invite("bob");
        network.settle();
        assertThat(pushes).hasSize(1);
        wakeUp(3);
        talk(mobile, mobile.expect("INVITE"));
        assertNothingLeft();
    }

    @Test
    void shouldWakeWhoSaysNothingOverAConnectionThatLooksAlive() {
        alice.invite("bob");
        mobile.expect("INVITE");
        network.advance(1_900);
        assertThat(pushes).isEmpty();
        network.advance(200);
        assertThat(pushes).hasSize(1);
        alice.expect("100 INVITE");
        mobile.connect(3);
        registerMobile();
        talk(mobile, mobile.expect("INVITE"));
        assertNothingLeft();
    }

    @Test
    void shouldLetAMessageWaitForAsLongAsItsSenderDoes() {
        mobile.disconnect();
        alice.ask("MESSAGE", TestPhone.uri("bob"), "");
        alice.ask("OPTIONS", TestPhone.uri("bob"), "");
        network.settle();
        assertThat(pushes).containsExactly(new PushNotification(RESOURCE, BOB, Reason.MESSAGE, 16));
        alice.expect("480 OPTIONS");
        wakeUp(3);
        mobile.reply(mobile.expect("MESSAGE"), 200);
        alice.expect("200 MESSAGE");
        assertNothingLeft();
    }

    @Test
    void shouldWakeOnceForAllThatWait() {
        mobile.disconnect();
        alice.invite("bob");
        alice.ask("MESSAGE", TestPhone.uri("bob"), "");
        network.settle();
        assertThat(pushes).hasSize(1);
        wakeUp(1);
        mobile.reply(mobile.expect("INVITE"), 486);
        mobile.reply(mobile.expect("MESSAGE"), 200);
        mobile.expect("ACK");
        assertThat(network.held()).isZero();
    }

    @Test
    void shouldWakeASideOfADialog() {
        alice.invite("bob");
        TestMessage invite = mobile.expect("INVITE");
        mobile.reply(invite, 200);
        TestMessage accepted = alice.expect("200 INVITE");
        TestDialog dialog = TestDialog.ofCaller(alice, accepted);
        dialog.acknowledge(accepted);
        mobile.expect("ACK");
        mobile.disconnect();
        dialog.send("BYE");
        network.settle();
        assertThat(pushes).containsExactly(new PushNotification(RESOURCE, BOB, Reason.REQUEST, 16));
        wakeUp(3);
        mobile.reply(mobile.expect("BYE"), 200);
        alice.expect("200 BYE");
        assertNothingLeft();
    }

    @Test
    void shouldWakeWhoseRegistrationIsAboutToExpireUnlessItNeedsNobodyForThat() {
        String contact = "Contact: " + with(mobile, PUSH) + ";expires=60";
        mobile.contactLines(contact + "\n");
        mobile.register();
        mobile.disconnect();
        network.advance(29_000);
        assertThat(pushes).isEmpty();
        network.advance(2_000);
        assertThat(pushes).extracting(PushNotification::reason).containsExactly(Reason.REFRESH);

        mobile.connect(3);
        mobile.contactLines(contact + ";+sip.pnsreg\n");
        mobile.register();
        network.advance(61_000);
        assertThat(pushes).hasSize(1);
    }

    @Test
    void shouldCountWhatItCouldNotAskFor() {
        full = true;
        mobile.disconnect();
        alice.invite("bob");
        network.settle();
        assertThat(network.count(SipCounter.PUSH_DROPPED)).isOne();
        assertThat(network.count(SipCounter.PUSHED)).isZero();
    }
}
