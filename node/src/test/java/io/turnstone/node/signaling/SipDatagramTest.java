package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.DigestClient;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A desk phone over UDP and a browser: retransmissions, time-outs, two transports in one dialog. */
class SipDatagramTest {
    private final TestNetwork network = new TestNetwork(true);
    private final TestPhone alice = TestPhone.browser(network, "alice", "wonder", 1);
    private final TestPhone bob = TestPhone.desk(network, "bob", "builder", 2);

    SipDatagramTest() {
        assertThat(alice.register().status()).isEqualTo(200);
        assertThat(bob.register().status()).isEqualTo(200);
    }

    @Test
    void shouldRecordItselfTwiceBetweenTransports() {
        alice.invite("bob");
        TestMessage invite = bob.expect("INVITE");
        List<String> routes = invite.values("Record-Route");
        assertThat(routes).hasSize(2);
        assertThat(routes.get(0)).endsWith("@192.0.2.100:5060;transport=udp;lr>");
        assertThat(routes.get(1)).endsWith("@ws.example.com;transport=ws;lr>");
        assertThat(invite.header("Via")).startsWith("SIP/2.0/UDP 192.0.2.100:5060;branch=");

        TestMessage answer = bob.reply(invite, 200);
        TestMessage accepted = alice.expect("200 INVITE");
        TestDialog caller = TestDialog.ofCaller(alice, accepted);
        caller.acknowledge(accepted);
        assertThat(bob.expect("ACK").headers("Route")).isEmpty();
        TestDialog.ofCallee(bob, invite, answer).send("BYE");
        TestMessage bye = alice.expect("BYE");
        assertThat(bye.headers("Route")).isEmpty();
        alice.reply(bye, 200);
        bob.expect("200 BYE");
    }

    @Test
    void shouldSendAnInviteAgainUntilItIsAnsweredAndSayTimeoutOtherwise() {
        TestMessage sent = alice.invite("bob");
        network.advance(3_600);
        assertThat(bob.received()).isEqualTo(4);
        network.advance(30_000);
        assertThat(bob.received()).isEqualTo(3);
        alice.expect("100 INVITE");
        TestMessage timeout = alice.expect("408 INVITE");
        alice.acknowledge(sent, timeout);
        network.advance(10_000);
        assertThat(network.transactions()).isZero();
    }

    @Test
    void shouldStayStillWhenARequestThatIsNoInviteGetsNoAnswer() {
        alice.ask("MESSAGE", TestPhone.uri("bob"), "");
        network.advance(40_000);
        assertThat(bob.received()).isEqualTo(11);
        alice.expect("100 MESSAGE");
        alice.expectNothing();
        assertThat(network.transactions()).isZero();
    }

    @Test
    void shouldAnswerARepeatedRequestWithoutAskingTheCalleeAgain() {
        TestMessage sent = bob.invite("alice");
        TestMessage invite = alice.expect("INVITE");
        assertThat(invite.headers("Via").get(1)).contains(";received=203.0.113.2").contains(";rport=40000");
        bob.send(sent);
        bob.expect("100 INVITE");
        alice.reply(invite, 180);
        bob.expect("180 INVITE");
        bob.send(sent);
        bob.expect("180 INVITE");
        alice.expectNothing();

        alice.reply(invite, 486);
        alice.expect("ACK");
        TestMessage busy = bob.expect("486 INVITE");
        network.advance(600);
        bob.expect("486 INVITE");
        bob.send(sent);
        bob.expect("486 INVITE");
        bob.acknowledge(sent, busy);
        network.advance(4_000);
        bob.expectNothing();
        alice.expectNothing();
    }

    @Test
    void shouldSendCancelAgainUntilItIsAnswered() {
        TestMessage sent = alice.invite("bob");
        TestMessage invite = bob.expect("INVITE");
        bob.reply(invite, 180);
        alice.expect("180 INVITE");
        alice.cancel(sent);
        alice.expect("200 CANCEL");
        TestMessage cancel = bob.expect("CANCEL");
        network.advance(600);
        assertThat(bob.expect("CANCEL").text()).isEqualTo(cancel.text());
        bob.reply(cancel, 200);
        network.advance(5_000);
        bob.expectNothing();
        bob.reply(invite, 487);
        bob.expect("ACK");
        alice.expect("487 INVITE");
    }

    @Test
    void shouldCancelWhatRingsForMoreThanThreeMinutes() {
        alice.invite("bob");
        TestMessage invite = bob.expect("INVITE");
        bob.reply(invite, 180);
        alice.expect("180 INVITE");
        network.advance(SipTimers.DEFAULT.timerCMs() + 100);
        TestMessage cancel = bob.expect("CANCEL");
        bob.reply(cancel, 200);
        bob.reply(invite, 487);
        bob.expect("ACK");
        alice.expect("487 INVITE");
    }

    @Test
    void shouldChooseTheSameBranchWhenAnotherNodeGetsTheInviteAgain() {
        TestMessage sent = bob.invite("alice");
        TestMessage invite = alice.expect("INVITE");
        bob.connect(3);
        bob.send(sent);
        TestMessage again = alice.expect("INVITE");
        String branch = invite.header("Via").replace(";node=2", "");
        assertThat(again.header("Via")).isEqualTo(branch + ";node=3");
        TestMessage ackLater = alice.reply(invite, 200);
        assertThat(ackLater.status()).isEqualTo(200);
    }

    @Test
    void shouldRefuseWhatLoopsOrHasTravelledTooFar() {
        alice.ask("OPTIONS", TestPhone.uri("bob"), "");
        TestMessage options = bob.expect("OPTIONS");
        String ours = options.header("Via");
        alice.send(alice.request("OPTIONS", TestPhone.uri("bob"), TestPhone.uri("bob"), "x", "Via: " + ours + "\n"));
        alice.expect("482 OPTIONS");
        alice.send(alice.request("OPTIONS", TestPhone.uri("carol"), TestPhone.uri("bob"), "x", "Via: " + ours + "\n"));
        alice.expect("407 OPTIONS");

        TestMessage far = alice.request("OPTIONS", TestPhone.uri("bob"), TestPhone.uri("bob"), "x", "");
        alice.send(new TestMessage(far.text().replace("Max-Forwards: 70", "Max-Forwards: 0")));
        alice.expect("483 OPTIONS");
    }

    @Test
    void shouldUndoWhatAStrictRouterDid() {
        alice.invite("bob");
        TestMessage invite = bob.expect("INVITE");
        bob.reply(invite, 200);
        TestMessage accepted = alice.expect("200 INVITE");
        TestDialog caller = TestDialog.ofCaller(alice, accepted);
        String first = caller.routes().get(0);
        String second = caller.routes().get(1);
        TestMessage bye = alice.request("BYE", first.replaceAll("[<>]", ""), "x:y", invite.header("Call-ID"), "");
        alice.send(
            new TestMessage(
                bye.text()
                    .replaceFirst("To: .*", "To: " + accepted.header("To"))
                    .replaceFirst("Max-Forwards", "Route: " + second + ", " + bob.contact() + "\nMax-Forwards")));
        TestMessage arrived = bob.expect("BYE");
        assertThat(arrived.requestUri()).isEqualTo(bob.contact().replaceAll("[<>]", ""));
        assertThat(arrived.headers("Route")).isEmpty();
    }

    @Test
    void shouldNotLetAForgedTokenRoute() {
        alice.invite("bob");
        TestMessage invite = bob.expect("INVITE");
        bob.reply(invite, 200);
        TestMessage accepted = alice.expect("200 INVITE");
        TestMessage bye = alice.request("BYE", bob.contact().replaceAll("[<>]", ""), "x:y", "z", "");
        String forged = bye.text()
            .replaceFirst("To: .*", "To: " + accepted.header("To"))
            .replaceFirst("Max-Forwards", "Route: <sip:AAAA@ws.example.com;lr>\nMax-Forwards");
        alice.send(new TestMessage(forged));
        alice.expect("481 BYE");
        bob.expectNothing();
    }

    @Test
    void shouldKnowASideThatIsNotRegisteredByItsFlow() {
        TestPhone carol = TestPhone.browser(network, "carol", "king", 3);
        carol.invite("bob");
        TestMessage invite = bob.expect("INVITE");
        TestMessage answer = bob.reply(invite, 200);
        TestMessage accepted = carol.expect("200 INVITE");
        TestDialog.ofCaller(carol, accepted).acknowledge(accepted);
        bob.expect("ACK");
        TestDialog callee = TestDialog.ofCallee(bob, invite, answer);
        callee.send("INFO");
        carol.reply(carol.expect("INFO"), 200);
        bob.expect("200 INFO");
        carol.disconnect();
        callee.send("BYE");
        bob.expect("480 BYE");
    }

    @Test
    void shouldLetNobodySpeakInSomebodyElsesName() {
        TestMessage first = alice.request("MESSAGE", TestPhone.uri("bob"), TestPhone.uri("bob"), "x", "");
        alice.send(first);
        TestMessage challenge = alice.expect("407 MESSAGE");
        assertThat(challenge.headers("Proxy-Authenticate")).hasSize(2);
        String answer = new DigestClient("alice", "wonder", "MD5")
            .answer(challenge.headers("Proxy-Authenticate").getLast(), "MESSAGE", TestPhone.uri("bob"), 1);
        TestMessage second = alice.request(
            "MESSAGE",
            TestPhone.uri("bob"),
            TestPhone.uri("bob"),
            "x",
            "Proxy-Authorization: " + answer + "\n");
        alice.send(new TestMessage(second.text().replace("From: <sip:alice@", "From: <sip:carol@")));
        alice.expect("403 MESSAGE");
        bob.expectNothing();
    }

    @Test
    void shouldAssertTheIdentityThatItKnowsUnlessThatIsPrivate() {
        String boss = "P-Asserted-Identity: <sip:boss@example.com>\n";
        alice.ask("MESSAGE", TestPhone.uri("bob"), boss);
        assertThat(bob.expect("MESSAGE").headers("P-Asserted-Identity")).containsExactly("<sip:alice@example.com>");
        alice.ask("MESSAGE", TestPhone.uri("bob"), boss + "Privacy: header; ID\n");
        assertThat(bob.expect("MESSAGE").headers("P-Asserted-Identity")).isEmpty();
    }
}
