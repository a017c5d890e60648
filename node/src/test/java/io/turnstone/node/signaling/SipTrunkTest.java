package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.sip.SipTransport;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Calls to and from an upstream with two addresses, in virtual time. */
class SipTrunkTest {
    private static final long CHECK_MS = 10_000;
    private static final Hop FIRST = hop("198.51.100.1:5060");
    private static final Hop SECOND = hop("198.51.100.2:5060");
    private static final String NUMBER = "sip:+4930123@example.com";

    private List<Hop> hops = List.of(FIRST, SECOND);
    private final TestNetwork network = new TestNetwork(true,
        new SipEngine.Beyond(
            new TrunkSettings(List.of("+"), "trunk.example.net", CHECK_MS, () -> hops), Servers.NONE,
            PushSettings.NONE));
    private final TestPhone alice = TestPhone.browser(network, "alice", "wonder", 1);
    private final TestPhone first = new TestPhone(network, "first", "", SipTransport.UDP, "198.51.100.1:5060", 1);
    private final TestPhone second = new TestPhone(network, "second", "", SipTransport.UDP, "198.51.100.2:5060", 1);

    SipTrunkTest() {
        network.serve(first, FIRST);
        network.serve(second, SECOND);
        assertThat(alice.register().status()).isEqualTo(200);
    }

    private static Hop hop(String address) {
        return new Hop(SipTransport.UDP, TransportAddress.parse(address), "");
    }

    /** Each node asks each address; the last question is answered by whom the test says. */
    private void check(TestPhone... alive) {
        network.advance(CHECK_MS);
        for (TestPhone each : alive) {
            each.answerAll("OPTIONS", 200);
        }
        network.settle();
        first.received();
        second.received();
    }

    @Test
    void shouldSendNumbersThatNoUserHasToTheUpstream() {
        check(first, second);
        alice.invite(NUMBER);
        TestMessage invite = first.expect("INVITE");
        assertThat(invite.requestUri()).isEqualTo("sip:+4930123@trunk.example.net");
        assertThat(invite.header("P-Asserted-Identity")).isEqualTo("<sip:alice@example.com>");
        TestMessage answer = first.reply(invite, 200);
        TestMessage accepted = alice.expect("200 INVITE");
        TestDialog caller = TestDialog.ofCaller(alice, accepted);
        caller.acknowledge(accepted);
        assertThat(first.expect("ACK").headers("Route")).isEmpty();

        TestDialog.ofCallee(first, invite, answer).send("INFO");
        alice.reply(alice.expect("INFO"), 200);
        first.expect("200 INFO");
        caller.send("BYE");
        first.reply(first.expect("BYE"), 200);
        alice.expect("200 BYE");
        second.expectNothing();
    }

    @Test
    void shouldNotSendUsersAndOtherNumbersThere() {
        check(first, second);
        alice.invite("bob");
        alice.expect("480 INVITE");
        alice.invite("nobody");
        alice.expect("404 INVITE");
        alice.invite("sip:+4930123@elsewhere.example.org");
        alice.expect("404 INVITE");
        first.expectNothing();
    }

    @Test
    void shouldLetOnlyUsersCallOut() {
        check(first, second);
        TestMessage invite = alice.request("INVITE", NUMBER, NUMBER, "x", "");
        alice.send(invite);
        alice.acknowledge(invite, alice.expect("407 INVITE"));
        first.expectNothing();
    }

    @Test
    void shouldLetTheUpstreamReachUsersAndNobodyElse() {
        check(first, second);
        String uri = TestPhone.uri("alice");
        TestMessage sent = first.request("INVITE", uri, uri, "in", "Contact: " + first.contact() + "\n");
        first.send(sent);
        TestMessage invite = alice.expect("INVITE");
        assertThat(invite.headers("P-Asserted-Identity")).isEmpty();
        TestMessage answer = alice.reply(invite, 200);
        TestMessage accepted = first.expect("200 INVITE");
        TestDialog.ofCaller(first, accepted).acknowledge(accepted);
        alice.expect("ACK");
        TestDialog.ofCallee(alice, invite, answer).send("BYE");
        first.reply(first.expect("BYE"), 200);
        alice.expect("200 BYE");

        first.send(first.request("MESSAGE", NUMBER, NUMBER, "back", ""));
        first.expect("404 MESSAGE");
        second.expectNothing();
    }

    @Test
    void shouldTryTheNextAddressWhenOneIsUnavailable() {
        check(first, second);
        alice.invite(NUMBER);
        first.reply(first.expect("INVITE"), 503);
        first.expect("ACK");
        second.reply(second.expect("INVITE"), 486);
        second.expect("ACK");
        alice.expect("486 INVITE");
    }

    @Test
    void shouldTakeAnyOtherAnswerForTheUpstreams() {
        check(first, second);
        alice.invite(NUMBER);
        first.reply(first.expect("INVITE"), 404);
        first.expect("ACK");
        alice.expect("404 INVITE");
        second.expectNothing();
    }

    @Test
    void shouldTryTheNextAddressAtOnceWhenOneCannotBeReached() {
        check(first, second);
        alice.invite(NUMBER);
        first.expect("INVITE");
        network.unreachable(FIRST);
        second.reply(second.expect("INVITE"), 200);
        alice.expect("200 INVITE");

        alice.invite(NUMBER);
        second.reply(second.expect("INVITE"), 200);
        alice.expect("200 INVITE");
    }

    @Test
    void shouldPreferAnAddressThatAnswersAndComeBackToTheFirstOne() {
        check(first, second);
        check(second);
        check(second);
        alice.invite(NUMBER);
        second.reply(second.expect("INVITE"), 200);
        alice.expect("200 INVITE");
        first.expectNothing();

        check(first, second);
        alice.invite(NUMBER);
        first.reply(first.expect("INVITE"), 200);
        alice.expect("200 INVITE");
    }

    @Test
    void shouldSendWhatIsTooLongForADatagramByTcp() {
        check(first, second);
        TestPhone stream = new TestPhone(network, "stream", "", SipTransport.TCP, "198.51.100.1:5060", 1);
        Hop byTcp = new Hop(SipTransport.TCP, FIRST.address(), "");
        network.serve(stream, byTcp);
        alice.ask("INVITE", NUMBER, "Contact: " + alice.contact() + "\nX-Long: " + "x".repeat(800) + "\n");
        TestMessage invite = stream.expect("INVITE");
        assertThat(invite.header("Via")).startsWith("SIP/2.0/TCP ");
        stream.reply(invite, 200);
        TestMessage accepted = alice.expect("200 INVITE");
        TestDialog caller = TestDialog.ofCaller(alice, accepted);
        caller.acknowledge(accepted);
        first.expect("ACK");

        alice.ask("MESSAGE", NUMBER, "X-Long: " + "x".repeat(800) + "\n");
        stream.expect("MESSAGE");
        network.unreachable(byTcp);
        assertThat(first.expect("MESSAGE").header("Via")).startsWith("SIP/2.0/UDP ");
        second.expectNothing();
    }

    @Test
    void shouldFollowAnUpstreamThatMoves() {
        check(first, second);
        hops = List.of(SECOND);
        alice.invite(NUMBER);
        second.reply(second.expect("INVITE"), 200);
        alice.expect("200 INVITE");
        hops = List.of();
        alice.invite(NUMBER);
        alice.expect("404 INVITE");
    }
}
