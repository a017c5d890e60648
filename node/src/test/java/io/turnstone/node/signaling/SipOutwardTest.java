package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.signaling.ServerLocator.Server;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.sip.SipTransport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Calls to another domain, whose two servers are found a moment later. */
class SipOutwardTest {
    private static final Hop FIRST = hop("198.51.100.1:5060");
    private static final Hop SECOND = hop("198.51.100.2:5060");
    private static final String CAROL = "sip:carol@example.net";

    private final List<Server> asked = new ArrayList<>();
    private List<Hop> found = List.of(FIRST, SECOND);
    private final TestNetwork network = new TestNetwork(true,
        new SipEngine.Beyond(TrunkSettings.NONE, (server, nowMs, answer) -> {
            asked.add(server);
            later(() -> answer.accept(found, nowMs + 1));
        }, PushSettings.NONE));
    private final TestPhone alice = TestPhone.browser(network, "alice", "wonder", 1);
    private final TestPhone first = new TestPhone(network, "first", "", SipTransport.UDP, "198.51.100.1:5060", 1);
    private final TestPhone second = new TestPhone(network, "second", "", SipTransport.UDP, "198.51.100.2:5060", 1);

    SipOutwardTest() {
        network.serve(first, FIRST);
        network.serve(second, SECOND);
        assertThat(alice.register().status()).isEqualTo(200);
    }

    private static Hop hop(String address) {
        return new Hop(SipTransport.UDP, TransportAddress.parse(address), "");
    }

    private void later(Runnable answer) {
        network.later(answer);
    }

    @Test
    void shouldCarryACallToAnotherDomain() {
        alice.invite(CAROL);
        TestMessage invite = first.expect("INVITE");
        assertThat(invite.requestUri()).isEqualTo(CAROL);
        assertThat(asked).containsExactly(new Server("example.net", 0, null, false));
        TestMessage answer = first.reply(invite, 200);
        TestMessage accepted = alice.expect("200 INVITE");
        TestDialog caller = TestDialog.ofCaller(alice, accepted);
        caller.acknowledge(accepted);
        first.expect("ACK");

        TestDialog.ofCallee(first, invite, answer).send("INFO");
        alice.reply(alice.expect("INFO"), 200);
        first.expect("200 INFO");
        caller.send("BYE");
        first.reply(first.expect("BYE"), 200);
        alice.expect("200 BYE");
        second.expectNothing();
    }

    @Test
    void shouldTryTheNextServerWhenOneIsUnavailable() {
        alice.invite(CAROL);
        first.reply(first.expect("INVITE"), 503);
        first.expect("ACK");
        TestMessage invite = second.expect("INVITE");
        TestMessage answer = second.reply(invite, 200);
        TestMessage accepted = alice.expect("200 INVITE");
        TestDialog.ofCaller(alice, accepted).acknowledge(accepted);
        second.expect("ACK");
        TestDialog.ofCallee(second, invite, answer).send("BYE");
        alice.reply(alice.expect("BYE"), 200);
        second.expect("200 BYE");
    }

    @Test
    void shouldTakeAnyOtherAnswerForTheDomains() {
        alice.invite(CAROL);
        first.reply(first.expect("INVITE"), 480);
        first.expect("ACK");
        alice.expect("480 INVITE");
        second.expectNothing();
    }

    @Test
    void shouldSayWhatTheUriSays() {
        alice.invite("sips:carol@example.net:5071;transport=tcp");
        first.reply(first.expect("INVITE"), 486);
        alice.expect("486 INVITE");
        assertThat(asked).containsExactly(new Server("example.net", 5071, SipTransport.TCP, true));
    }

    @Test
    void shouldNotFindWhatNobodyCanFind() {
        found = List.of();
        alice.invite(CAROL);
        alice.expect("404 INVITE");
        alice.invite("sip:x7@abcdef.invalid");
        alice.expect("404 INVITE");
        assertThat(asked).hasSize(1);
    }

    @Test
    void shouldLetOnlyUsersCallOut() {
        TestMessage invite = alice.request("INVITE", CAROL, CAROL, "x", "");
        alice.send(invite);
        alice.acknowledge(invite, alice.expect("407 INVITE"));
        first.send(first.request("MESSAGE", "sip:dave@example.org", "sip:dave@example.org", "y", ""));
        first.expect("407 MESSAGE");
        assertThat(asked).isEmpty();
    }
}
