package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.sip.SipTransport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Presence by messages: who may, what is answered, and what a watcher is sent. */
class SipPresenceTest {
    private static final String ALICE = "sip:alice@example.com";
    private static final String BUSY = "<presence>busy</presence>";

    private final TestNetwork network = new TestNetwork(false);
    private final TestPhone alice = TestPhone.browser(network, "alice", "wonder", 1);
    private final TestPhone bob = TestPhone.browser(network, "bob", "builder", 1);

    private static String lines(TestPhone phone, String event, int expiresS) {
        return "Event: " + event + "\nExpires: " + expiresS + "\nContact: " + phone.contact() + "\n";
    }

    private TestMessage subscribe(TestPhone phone, String event, int expiresS) {
        phone.ask("SUBSCRIBE", ALICE, lines(phone, event, expiresS));
        return phone.expect("200 SUBSCRIBE");
    }

    /** The next NOTIFY, which is answered. */
    private static TestMessage notified(TestPhone phone) {
        TestMessage notify = phone.expect("NOTIFY");
        phone.reply(notify, 200);
        return notify;
    }

    private void publish(TestPhone phone, String lines, String body) {
        TestMessage request = phone.authorized("PUBLISH", ALICE, "Event: presence\n" + lines);
        phone.send(request.withBody("application/pidf+xml", body));
    }

    @Test
    void shouldShowAWatcherWhatAUserPublishes() {
        TestMessage subscribed = subscribe(bob, "presence", 600);
        assertThat(subscribed.header("Expires")).isEqualTo("600");
        assertThat(subscribed.header("Contact")).isEqualTo("<" + ALICE + ">");

        TestMessage first = notified(bob);
        assertThat(first.requestUri()).isEqualTo(bob.contact().replaceAll("[<>]", ""));
        assertThat(first.tag("From")).isEqualTo(subscribed.tag("To"));
        assertThat(first.tag("To")).isEqualTo("frombob");
        assertThat(first.header("Event")).isEqualTo("presence");
        assertThat(first.header("Subscription-State")).matches("active;expires=(600|599)");
        assertThat(first.body()).contains("<basic>closed</basic>");
        alice.register();
        assertThat(notified(bob).body()).contains("<basic>open</basic>");

        publish(alice, "Expires: 600\n", BUSY);
        TestMessage published = alice.expect("200 PUBLISH");
        assertThat(published.header("Expires")).isEqualTo("600");
        TestMessage busy = notified(bob);
        assertThat(busy.body()).isEqualTo(BUSY);
        assertThat(busy.header("Content-Type")).isEqualTo("application/pidf+xml");
        assertThat(busy.cseqNumber()).isEqualTo(3);

        publish(alice, "SIP-If-Match: none\nExpires: 600\n", BUSY);
        alice.expect("412 PUBLISH");
        alice.ask(
            "PUBLISH", ALICE, "Event: presence\nExpires: 0\nSIP-If-Match: " + published.header("SIP-ETag") + "\n");
        alice.expect("200 PUBLISH");
        assertThat(notified(bob).body()).contains("<basic>open</basic>");
        network.settle();
        assertThat(network.count(SipCounter.STRAY_RESPONSE)).isZero();
    }

    @Test
    void shouldTellThatAUserHasLostItsConnection() {
        alice.register();
        subscribe(bob, "presence", 600);
        assertThat(notified(bob).body()).contains("<basic>open</basic>");

        alice.disconnect();

        assertThat(notified(bob).body()).contains("<basic>closed</basic>");
    }

    @Test
    void shouldFollowAWatcherToItsNewConnection() {
        bob.register();
        subscribe(bob, "presence;id=7", 600);
        assertThat(notified(bob).header("Event")).isEqualTo("presence;id=7");
        bob.disconnect();
        bob.connect(1);
        bob.register();

        alice.register();

        assertThat(notified(bob).body()).contains("<basic>open</basic>");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "Contact: <sip:bob@192.0.#2.9>\n", "Contact: <tel:+4930123>\n", "Contact: <sip:bob@192.0.2.9?x=y>\n",
        "Contact: *\n",
        "Contact: <sip:bob@192.0.2.9>\nRecord-Route: sip:edge.example.net;lr\n",
        "Contact: <sip:bob@192.0.2.9>\nRecord-Route: <sip:edge.#.example.net;lr>\n"})
    void shouldRefuseAWatcherThatNobodyCouldNotify(String lines) {
        bob.register();

        bob.ask("SUBSCRIBE", ALICE, "Event: presence\nExpires: 600\n" + lines);

        bob.expect("400 SUBSCRIBE");
        bob.expectNothing();
    }

    @Test
    void shouldForgetAWatcherThatIsGone() {
        subscribe(bob, "presence", 600);
        notified(bob);
        network.settle();
        assertThat(network.engine(1).presence().size()).isEqualTo(1);
        bob.disconnect();

        alice.register();

        assertThat(network.engine(1).presence().size()).isZero();
    }

    @Test
    void shouldForgetAWatcherThatDoesNotKnowItsSubscription() {
        subscribe(bob, "presence", 600);
        bob.reply(bob.expect("NOTIFY"), 481);
        network.settle();

        assertThat(network.engine(1).presence().size()).isZero();
    }

    @Test
    void shouldForgetAWatcherThatNeverAnswers() {
        TestPhone desk = new TestPhone(network, "bob", "builder", SipTransport.UDP, "192.0.2.7:5060", 1);
        subscribe(desk, "presence", 600);
        TestMessage first = desk.expect("NOTIFY");
        network.advance(40_000);

        assertThat(desk.received()).isPositive();
        assertThat(first.header("Via")).startsWith("SIP/2.0/UDP 192.0.2.100:5060;");
        assertThat(network.engine(1).presence().size()).isZero();
        assertThat(network.transactions()).isZero();
    }

    @Test
    void shouldRefreshAndEndASubscription() {
        TestMessage subscribed = subscribe(bob, "presence", 60);
        notified(bob);

        bob.send(bob.authorized("SUBSCRIBE", ALICE, lines(bob, "presence", 600)).inDialogOf(subscribed));
        assertThat(bob.expect("200 SUBSCRIBE").tag("To")).isEqualTo(subscribed.tag("To"));
        notified(bob);
        network.advance(120_000);
        bob.expectNothing();
        bob.send(bob.authorized("SUBSCRIBE", ALICE, lines(bob, "presence", 0)).inDialogOf(subscribed));
        bob.expect("200 SUBSCRIBE");
        assertThat(notified(bob).header("Subscription-State")).isEqualTo("terminated;reason=timeout");
        bob.send(bob.authorized("SUBSCRIBE", ALICE, lines(bob, "presence", 600)).inDialogOf(subscribed));
        bob.expect("481 SUBSCRIBE");
        assertThat(network.engine(1).presence().size()).isZero();
    }

    @Test
    void shouldTellARegistrationToItsUserOnly() {
        subscribe(alice, "reg", 600);
        assertThat(notified(alice).body()).contains("state=\"terminated\"");
        assertThat(alice.register().status()).isEqualTo(200);
        TestMessage active = notified(alice);
        assertThat(active.body()).contains("version=\"1\"",
            "<uri>" + alice.contact().replaceAll("[<>]", "") + "</uri>");

        bob.ask("SUBSCRIBE", ALICE, lines(bob, "reg", 600));
        bob.expect("403 SUBSCRIBE");
        publish(bob, "", BUSY);
        bob.expect("403 PUBLISH");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
        SUBSCRIBE, sip:nobody@example.com, Event: presence,                                404
        SUBSCRIBE, sip:alice@example.com,  Event: presence,                                400
        SUBSCRIBE, sip:alice@example.com,  Event: presence/Contact: <sip:x>/Expires: 5,     423
        PUBLISH,   sip:bob@example.com,    Event: presence/Expires: 5,                      400
        SUBSCRIBE, sip:alice@example.com,  Event: dialog,                                  480
        PUBLISH,   sip:alice@example.com,  Event: reg,                                     480
        """)
    void shouldSayWhatItDoesNotTake(String method, String uri, String lines, int status) {
        bob.ask(method, uri, lines.replace('/', '\n') + "\n");

        bob.expect(status + " " + method);
        assertThat(network.engine(1).presence().size()).isZero();
    }

    @Test
    void shouldRefuseAWatcherForWhomNoMessageHasRoom() {
        bob.ask("SUBSCRIBE", ALICE, lines(bob, "presence", 600) + "Record-Route: <sip:" + "a".repeat(3_000) + ";lr>\n");

        bob.expect("513 SUBSCRIBE");
    }

    @ParameterizedTest
    @ValueSource(ints = {9_980, 9_981})
    void shouldLimitADocument(int octets) {
        publish(alice, "", "x".repeat(octets));

        int octetsMax = PresenceLimits.DEFAULT.documentOctetsMax() - "application/pidf+xml".length();
        alice.expect(octets <= octetsMax ? "200 PUBLISH" : "413 PUBLISH");
    }
}
