package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Calls between browsers at two nodes, as their libraries make them. */
class SipCallsTest {
    private final TestNetwork network = new TestNetwork(true);
    private final TestPhone alice = TestPhone.browser(network, "alice", "wonder", 1);
    private final TestPhone bob = TestPhone.browser(network, "bob", "builder", 2);

    SipCallsTest() {
        assertThat(alice.register().status()).isEqualTo(200);
        assertThat(bob.register().status()).isEqualTo(200);
    }

    /** A call that was answered, from both sides. */
    private record Talk(TestDialog caller, TestDialog callee) {}

    private Talk talk() {
        alice.invite("bob");
        TestMessage invite = bob.expect("INVITE");
        bob.reply(invite, 180);
        alice.expect("180 INVITE");
        TestMessage answer = bob.reply(invite, 200);
        TestMessage accepted = alice.expect("200 INVITE");
        TestDialog caller = TestDialog.ofCaller(alice, accepted);
        caller.acknowledge(accepted);
        bob.expect("ACK");
        return new Talk(caller, TestDialog.ofCallee(bob, invite, answer));
    }

    @Test
    void shouldLetACallRingAndBeAnswered() {
        TestMessage sent = alice.invite("bob");
        TestMessage invite = bob.expect("INVITE");

        assertThat(invite.requestUri()).isEqualTo(bob.contact().replaceAll("[<>]", ""));
        assertThat(invite.headers("Via")).hasSize(2);
        assertThat(invite.headers("Via").get(0)).startsWith("SIP/2.0/WS ws.example.com;branch=z9hG4bK")
            .endsWith(";node=1");
        assertThat(invite.headers("Via").get(1)).startsWith(sent.header("Via")).contains(";received=203.0.113.1");
        assertThat(invite.header("Max-Forwards")).isEqualTo("69");
        assertThat(invite.headers("Proxy-Authorization")).isEmpty();
        assertThat(invite.headers("Record-Route")).hasSize(1);
        assertThat(invite.header("Record-Route")).matches("<sip:[A-Za-z0-9_-]{67}@ws.example.com;lr>");
        assertThat(invite.header("Contact")).isEqualTo(alice.contact());

        TestMessage ringing = bob.reply(invite, 180);
        TestMessage heard = alice.expect("180 INVITE");
        assertThat(heard.headers("Via")).hasSize(1);
        assertThat(heard.header("Via")).startsWith(sent.header("Via"));
        assertThat(heard.header("To")).isEqualTo(ringing.header("To"));
        bob.reply(invite, 200);
        TestMessage accepted = alice.expect("200 INVITE");
        TestDialog.ofCaller(alice, accepted).acknowledge(accepted);
        TestMessage ack = bob.expect("ACK");
        assertThat(ack.headers("Route")).isEmpty();
        assertThat(ack.requestUri()).isEqualTo(bob.contact().replaceAll("[<>]", ""));
        network.advance(40_000);
        assertThat(network.transactions()).isZero();
        alice.expectNothing();
        bob.expectNothing();
    }

    @Test
    void shouldTake100OnlyWhenNothingElseIsAnsweredInTime() {
        alice.invite("bob");
        TestMessage invite = bob.expect("INVITE");
        alice.expectNothing();
        network.advance(250);
        assertThat(alice.expect("100 INVITE").headers("To").getFirst()).doesNotContain("tag=");
        bob.reply(invite, 100);
        alice.expectNothing();
    }

    @Test
    void shouldPassReInvitesFromBothSides() {
        Talk talk = talk();

        talk.caller().send("INVITE");
        TestMessage hold = bob.expect("INVITE");
        assertThat(hold.headers("Record-Route")).isEmpty();
        assertThat(hold.headers("Route")).isEmpty();
        bob.reply(hold, 200);
        talk.caller().acknowledge(alice.expect("200 INVITE"));
        bob.expect("ACK");

        talk.callee().send("INVITE");
        TestMessage resume = alice.expect("INVITE");
        alice.reply(resume, 200);
        talk.callee().acknowledge(bob.expect("200 INVITE"));
        assertThat(alice.expect("ACK").header("CSeq")).isEqualTo(resume.cseqNumber() + " ACK");
    }

    @Test
    void shouldPassByeFromEitherSide() {
        Talk first = talk();
        first.caller().send("BYE");
        bob.reply(bob.expect("BYE"), 200);
        alice.expect("200 BYE");

        Talk second = talk();
        second.callee().send("BYE");
        alice.reply(alice.expect("BYE"), 200);
        bob.expect("200 BYE");
    }

    @Test
    void shouldFailAReInviteWithTheFailureOfTheOtherSide() {
        Talk talk = talk();
        TestMessage sent = talk.caller().send("INVITE");
        TestMessage hold = bob.expect("INVITE");
        bob.reply(hold, 488);
        bob.expect("ACK");
        TestMessage failure = alice.expect("488 INVITE");
        alice.acknowledge(sent, failure);
        bob.expectNothing();
    }

    @Test
    void shouldCancelAfterRinging() {
        TestMessage sent = alice.invite("bob");
        TestMessage invite = bob.expect("INVITE");
        bob.reply(invite, 180);
        alice.expect("180 INVITE");

        alice.cancel(sent);
        alice.expect("200 CANCEL");
        TestMessage cancel = bob.expect("CANCEL");
        assertThat(cancel.header("Via")).isEqualTo(invite.header("Via"));
        assertThat(cancel.requestUri()).isEqualTo(invite.requestUri());
        bob.reply(cancel, 200);
        bob.reply(invite, 487);
        bob.expect("ACK");
        TestMessage terminated = alice.expect("487 INVITE");
        alice.acknowledge(sent, terminated);
        bob.expectNothing();
        network.advance(40_000);
        assertThat(network.transactions()).isZero();
    }

    @Test
    void shouldKeepCancelBackUntilTheCalleeHasAnsweredAnything() {
        TestMessage sent = alice.invite("bob");
        TestMessage invite = bob.expect("INVITE");
        alice.cancel(sent);
        alice.expect("200 CANCEL");
        bob.expectNothing();
        bob.reply(invite, 100);
        bob.expect("CANCEL");
    }

    @Test
    void shouldCancelBeforeTheCalleeIsFound() {
        TestMessage sent = alice.invite("bob");
        alice.cancel(sent);
        alice.expect("200 CANCEL");
        alice.acknowledge(sent, alice.expect("487 INVITE"));
        bob.expectNothing();
        assertThat(network.transactions()).isZero();
    }

    @Test
    void shouldPassBusyAndDeclineAndAcknowledgeThemAtEachHop() {
        for (int status : new int[]{486, 603}) {
            TestMessage sent = alice.invite("bob");
            TestMessage invite = bob.expect("INVITE");
            TestMessage refused = bob.reply(invite, status);
            TestMessage ack = bob.expect("ACK");
            assertThat(ack.header("Via")).isEqualTo(invite.header("Via"));
            assertThat(ack.header("To")).isEqualTo(refused.header("To"));
            TestMessage heard = alice.expect(status + " INVITE");
            assertThat(heard.header("To")).isEqualTo(refused.header("To"));
            alice.acknowledge(sent, heard);
            bob.expectNothing();
        }
    }

    @Test
    void shouldPassMessageReferAndWhatItDoesNotKnow() {
        alice.ask("MESSAGE", TestPhone.uri("bob"), "Content-Type: text/plain\nX-Own: kept  as it is\n");
        TestMessage message = bob.expect("MESSAGE");
        assertThat(message.header("X-Own")).isEqualTo("kept  as it is");
        assertThat(message.headers("Record-Route")).isEmpty();
        bob.reply(message, 202);
        alice.expect("202 MESSAGE");

        Talk talk = talk();
        talk.caller().send("REFER", "Refer-To: <sip:carol@example.com>\n", null);
        TestMessage refer = bob.expect("REFER");
        assertThat(refer.header("Refer-To")).isEqualTo("<sip:carol@example.com>");
        bob.reply(refer, 202);
        alice.expect("202 REFER");
        talk.callee().send("NOTIFY", "Event: refer\n", null);
        alice.reply(alice.expect("NOTIFY"), 200);
        bob.expect("200 NOTIFY");
        talk.caller().send("DANCE");
        bob.reply(bob.expect("DANCE"), 299);
        alice.expect("299 DANCE");
    }

    @Test
    void shouldRouteByTheBindingWhenEitherSideHasComeBackElsewhere() {
        Talk talk = talk();
        bob.disconnect();
        bob.connect(3);
        bob.register();

        talk.caller().send("INVITE");
        TestMessage hold = bob.expect("INVITE");
        bob.reply(hold, 200);
        talk.caller().acknowledge(alice.expect("200 INVITE"));
        bob.expect("ACK");

        alice.disconnect();
        alice.connect(2);
        alice.register();
        talk.callee().send("INVITE");
        TestMessage resume = alice.expect("INVITE");
        alice.reply(resume, 200);
        talk.callee().acknowledge(bob.expect("200 INVITE"));
        alice.expect("ACK");
        talk.caller().send("BYE");
        bob.reply(bob.expect("BYE"), 200);
        alice.expect("200 BYE");
    }

    @Test
    void shouldPassTheAnswerThatComesOverAnotherFlow() {
        alice.invite("bob");
        TestMessage invite = bob.expect("INVITE");
        bob.reply(invite, 180);
        alice.expect("180 INVITE");
        bob.disconnect();
        bob.connect(3);
        bob.reply(invite, 200);
        alice.expect("200 INVITE");
        assertThat(network.count(SipCounter.HANDED_OVER)).isEqualTo(2);
    }

    @Test
    void shouldPassEach2xxAgain() {
        alice.invite("bob");
        TestMessage invite = bob.expect("INVITE");
        bob.reply(invite, 200);
        bob.reply(invite, 200);
        alice.expect("200 INVITE");
        alice.expect("200 INVITE");
    }

    @Test
    void shouldDropResponsesThatNobodyWaitsFor() {
        alice.invite("bob");
        TestMessage invite = bob.expect("INVITE");
        bob.reply(new TestMessage(invite.text().replace(";node=1", ";node=2")), 200);
        bob.reply(new TestMessage(invite.text().replace(";node=1", ";node=x")), 200);
        bob.reply(new TestMessage(invite.text().replaceFirst("z9hG4bK[0-9a-f]", "z9hG4bKg")), 200);
        alice.expectNothing();
        assertThat(network.count(SipCounter.STRAY_RESPONSE)).isEqualTo(3);
    }

    @Test
    void shouldCancelForAnotherNodeWithoutAnyMemory() {
        TestMessage sent = alice.invite("bob");
        TestMessage invite = bob.expect("INVITE");
        bob.reply(invite, 180);
        alice.expect("180 INVITE");
        alice.connect(3);
        alice.cancel(sent);

        alice.expect("200 CANCEL");
        TestMessage cancel = bob.expect("CANCEL");
        assertThat(cancel.header("Via").replace(";node=3", ";node=1")).isEqualTo(invite.header("Via"));
        assertThat(cancel.requestUri()).isEqualTo(invite.requestUri());
    }

    @Test
    void shouldDial480And404AsTheCalleeIsKnownOrNot() {
        alice.invite("carol");
        alice.expect("480 INVITE");
        alice.invite("nobody");
        alice.expect("404 INVITE");
        alice.invite("sip:bob@elsewhere.example");
        alice.expect("404 INVITE");
    }

    @Test
    void shouldDialAContactThatNobodyResolves() {
        TestPhone carol = TestPhone.browser(network, "carol", "king", 3);
        carol.register();
        carol.invite(bob.contact().replaceAll("[<>]", ""));
        TestMessage invite = bob.expect("INVITE");
        bob.reply(invite, 200);
        carol.expect("200 INVITE");
    }

    @Test
    void shouldKeepNothingOfWhatItChallenges() {
        TestMessage first = alice.request("INVITE", TestPhone.uri("bob"), TestPhone.uri("bob"), "x", "");
        alice.send(first);
        TestMessage challenge = alice.expect("407 INVITE");
        assertThat(network.transactions()).isZero();
        alice.send(first);
        assertThat(alice.expect("407 INVITE").tag("To")).isEqualTo(challenge.tag("To"));

        alice.connect(3);
        alice.acknowledge(first, challenge);
        bob.expectNothing();
        assertThat(network.count(SipCounter.STRAY_REQUEST)).isZero();
    }

    @Test
    void shouldAnswer503WhenThereAreTooManyTransactions() {
        for (int i = 0; i < 100; i++) {
            alice.ask("MESSAGE", TestPhone.uri("bob"), "");
            bob.expect("MESSAGE");
        }
        alice.send(alice.request("MESSAGE", TestPhone.uri("bob"), TestPhone.uri("bob"), "x", ""));
        alice.expect("503 MESSAGE");
        assertThat(network.count(SipCounter.OVERLOADED)).isOne();
    }

    @Test
    void shouldRefuseMoreRowsThanAnybodyNeeds() {
        String rows = "Proxy-Authorization: Digest realm=\"other\"\n".repeat(65);
        alice.send(alice.request("MESSAGE", TestPhone.uri("bob"), TestPhone.uri("bob"), "x", rows));
        alice.expect("400 MESSAGE");
    }

    @Test
    void shouldGoOnWhenTheNodeOfEitherSideHasDied() {
        Talk talk = talk();
        network.kill(1);
        alice.connect(3);
        alice.register();
        talk.callee().send("INVITE");
        TestMessage resume = alice.expect("INVITE");
        alice.reply(resume, 200);
        talk.callee().acknowledge(bob.expect("200 INVITE"));
        alice.expect("ACK");

        network.kill(2);
        bob.connect(1);
        bob.register();
        talk.caller().send("BYE");
        bob.reply(bob.expect("BYE"), 200);
        alice.expect("200 BYE");
    }

    @Test
    void shouldPassAnAckThatHasTheBranchOfItsInvite() {
        TestMessage sent = alice.invite("bob");
        TestMessage invite = bob.expect("INVITE");
        bob.reply(invite, 200);
        alice.acknowledge(sent, alice.expect("200 INVITE"));
        assertThat(bob.expect("ACK").requestUri()).isEqualTo(invite.requestUri());
    }
}
