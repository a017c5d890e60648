package io.turnstone.loadtest.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.TurnstoneNode;
import io.turnstone.loadtest.sip.SipText;
import io.turnstone.loadtest.sip.SipUserAgent;
import io.turnstone.loadtest.sip.SipUserAgent.Identity;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One user watches another: registered or not, what it publishes, and that it is gone (RFC 3856, RFC 3903, RFC 3680). */
@Timeout(90)
class PresenceIT {
    private static final String DOMAIN = "sip.test";
    private static final Identity ALICE = new Identity(DOMAIN, TurnstoneNode.USER, TurnstoneNode.PASSWORD);
    private static final Identity BOB = new Identity(DOMAIN, "bob", "builder");
    private static final String CRLF = "\r\n";
    private static final String BUSY = "<?xml version=\"1.0\"?><presence xmlns=\"urn:ietf:params:xml:ns:pidf\" "
        + "entity=\"sip:alice@sip.test\"><tuple id=\"t\"><status><basic>open</basic></status><note>auf Reisen ä</note>"
        + "</tuple></presence>";

    private static int webSocketPort;
    private static TurnstoneNode node;

    @BeforeAll
    static void start() {
        webSocketPort = FreePorts.one();
        node = TurnstoneNode.start(Tools.ARTEFACTS, 16, "--user", "bob:builder", "--sip-domain", DOMAIN, "--listen-ws",
            "127.0.0.1:" + webSocketPort);
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.close();
        }
    }

    private static SipUserAgent connect(Identity identity) {
        return SipUserAgent.connect(webSocketPort, identity);
    }

    private static String lines(SipUserAgent watcher, String event) {
        return "Event: " + event + CRLF + "Expires: 600" + CRLF + "Contact: <" + watcher.contact() + ">" + CRLF;
    }

    private static SipText notified(SipUserAgent watcher) {
        SipText notify = watcher.expect("NOTIFY");
        watcher.reply(notify, 200, "");
        return notify;
    }

    @Test
    void shouldShowOneUserToAnother() {
        try (SipUserAgent bob = connect(BOB)) {
            bob.register(600);
            try (SipUserAgent alice = connect(ALICE)) {
                bob.ask("SUBSCRIBE", alice.addressOfRecord(), lines(bob, "presence"), "");
                assertThat(bob.expect("200 SUBSCRIBE").header("Expires")).isEqualTo("600");
                assertThat(notified(bob).body()).contains("<basic>closed</basic>");

                alice.register(600);
                assertThat(notified(bob).body()).contains("<basic>open</basic>");

                String type = "Event: presence" + CRLF + "Content-Type: application/pidf+xml" + CRLF;
                alice.ask("PUBLISH", alice.addressOfRecord(), type, BUSY);
                String etag = alice.expect("200 PUBLISH").header("SIP-ETag");
                assertThat(notified(bob).body()).isEqualTo(BUSY);

                String match = "SIP-If-Match: " + etag + CRLF;
                alice.ask("PUBLISH", alice.addressOfRecord(), "Event: presence" + CRLF + match + "Expires: 0" + CRLF,
                    "");
                alice.expect("200 PUBLISH");
                assertThat(notified(bob).body()).contains("<basic>open</basic>");
                alice.ask("PUBLISH", alice.addressOfRecord(), type + match, BUSY);
                alice.expect("412 PUBLISH");
            }
            assertThat(notified(bob).body()).contains("<basic>closed</basic>");
        }
    }

    @Test
    void shouldTellAUserItsOwnRegistrations() {
        try (SipUserAgent first = connect(BOB); SipUserAgent second = connect(BOB)) {
            first.register(600);
            first.ask("SUBSCRIBE", first.addressOfRecord(), lines(first, "reg"), "");
            first.expect("200 SUBSCRIBE");
            assertThat(notified(first).body()).contains(first.contact()).doesNotContain(second.contact());

            second.register(600);

            assertThat(notified(first).body()).contains(first.contact(), second.contact(), "version=\"1\"");
        }
    }

    @Test
    void shouldTellContactsToNobodyElse() {
        try (SipUserAgent bob = connect(BOB)) {
            bob.ask("SUBSCRIBE", "sip:" + TurnstoneNode.USER + "@" + DOMAIN, lines(bob, "reg"), "");
            bob.expect("403 SUBSCRIBE");
        }
    }
}
