package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.session.CallCause;
import io.turnstone.node.session.CallCommand;
import io.turnstone.node.session.CallCommand.Answered;
import io.turnstone.node.session.CallCommand.Ended;
import io.turnstone.node.session.CallCommand.Failed;
import io.turnstone.node.session.CallCommand.Invited;
import io.turnstone.node.session.CallCommand.Refreshed;
import io.turnstone.node.session.CallParties;
import org.junit.jupiter.api.Test;

/** What the sessions of calls are told while two browsers at two nodes call. */
class SipCallTellingTest {
    private final TestNetwork network = new TestNetwork(false);
    private final TestPhone alice = TestPhone.browser(network, "alice", "wonder", 1);
    private final TestPhone bob = TestPhone.browser(network, "bob", "builder", 2);

    SipCallTellingTest() {
        alice.register();
        bob.register();
    }

    private TestMessage ring() {
        alice.invite("bob");
        TestMessage invite = bob.expect("INVITE");
        bob.reply(invite, 180);
        alice.expect("180 INVITE");
        return invite;
    }

    private TestDialog talk(String lines) {
        bob.reply(ring(), 200, lines);
        TestMessage accepted = alice.expect("200 INVITE");
        TestDialog caller = TestDialog.ofCaller(alice, accepted);
        caller.acknowledge(accepted);
        bob.expect("ACK");
        return caller;
    }

    private <T extends CallCommand> T told(int index, Class<T> kind) {
        assertThat(network.told).hasSizeGreaterThan(index);
        return kind.cast(network.told.get(index));
    }

    @Test
    void shouldTellThreeThingsOfACallThatIsEndedByBye() {
        long beganMs = network.nowMs();
        TestDialog caller = talk("");
        caller.send("BYE");
        bob.reply(bob.expect("BYE"), 200);
        alice.expect("200 BYE");

        assertThat(network.told).hasSize(3);
        Invited invited = told(0, Invited.class);
        assertThat(invited.parties())
            .isEqualTo(new CallParties("sip:alice@example.com", "sip:bob@example.com", "fromalice"));
        assertThat(invited.node()).isEqualTo(1);
        assertThat(invited.atMs()).isBetween(beganMs, network.nowMs());
        Answered answered = told(1, Answered.class);
        assertThat(answered.callerTag()).isEqualTo("fromalice");
        assertThat(answered.calleeTag()).startsWith("tobob");
        assertThat(answered.rangMs()).isBetween(invited.atMs(), answered.atMs() - 1);
        assertThat(answered.sessionExpiresS()).isZero();
        Ended ended = told(2, Ended.class);
        assertThat(ended.tag()).isEqualTo("fromalice");
        assertThat(ended.otherTag()).isEqualTo(answered.calleeTag());
        assertThat(ended.cause()).isEqualTo(CallCause.BYE);
        assertThat(network.names).containsOnly(network.names.getFirst());
        assertThat(network.names.getFirst().text()).startsWith("call/call-alice");
    }

    @Test
    void shouldTellOfSessionTimersAndTheirRefreshes() {
        TestDialog caller = talk("Session-Expires: 1800;refresher=uac\n");
        caller.send("INVITE");
        bob.reply(bob.expect("INVITE"), 200, "x: 900\n");
        caller.acknowledge(alice.expect("200 INVITE"));
        caller.send("INVITE");

        assertThat(told(1, Answered.class).sessionExpiresS()).isEqualTo(1_800);
        Refreshed refreshed = told(2, Refreshed.class);
        assertThat(refreshed.sessionExpiresS()).isEqualTo(900);
        assertThat(refreshed.tag()).isEqualTo("fromalice");
        assertThat(network.told).hasSize(3);
    }

    @Test
    void shouldTellOfACallThatIsCanceledOrDeclined() {
        TestMessage sent = alice.invite("bob");
        TestMessage invite = bob.expect("INVITE");
        bob.reply(invite, 100);
        network.settle();
        alice.cancel(sent);
        bob.reply(bob.expect("CANCEL"), 200);
        bob.reply(invite, 487);
        network.settle();
        bob.received();
        alice.received();
        bob.reply(ring(), 603);
        network.settle();

        assertThat(told(1, Failed.class).status()).isEqualTo(487);
        assertThat(told(1, Failed.class).rangMs()).isZero();
        assertThat(told(3, Failed.class).status()).isEqualTo(603);
        assertThat(told(3, Failed.class).rangMs()).isPositive();
    }

    @Test
    void shouldTellOfACallToSomebodyWhoIsNotRegistered() {
        alice.invite("carol");
        alice.expect("480 INVITE");

        assertThat(told(0, Invited.class).parties().callee()).isEqualTo("sip:carol@example.com");
        assertThat(told(1, Failed.class).status()).isEqualTo(480);
    }

    @Test
    void shouldTellNothingOfMessagesAndRegistrations() {
        alice.ask("MESSAGE", TestPhone.uri("bob"), "");
        bob.reply(bob.expect("MESSAGE"), 200);
        alice.expect("200 MESSAGE");
        alice.register();

        assertThat(network.told).isEmpty();
    }

    @Test
    void shouldTellAgainWhatItHoldsWhenANodeHasLeft() {
        talk("");
        Invited invited = told(0, Invited.class);
        Answered answered = told(1, Answered.class);

        network.calls(1).onNodeLeft();
        network.calls(2).onNodeLeft();
        network.advance(10);

        assertThat(network.told).containsExactly(invited, answered, invited, answered);

        network.told.clear();
        network.advance(6_000);
        assertThat(network.told).as("the shards' new home may not have been known")
            .containsExactly(invited, answered,
                invited, answered);
        network.told.clear();
        network.advance(60_000);
        assertThat(network.told).isEmpty();
    }

    @Test
    void shouldLetGoOfACallThatHasEnded() {
        talk("");
        assertThat(network.calls(1).heldCount()).isEqualTo(1);

        network.calls(1).onEnded(network.names.getFirst().name());
        network.calls(1).onNodeLeft();
        network.advance(10);

        assertThat(network.calls(1).heldCount()).isZero();
        assertThat(network.told).hasSize(2);
    }

    @Test
    void shouldRefuseTheCallThatIsOneTooMany() {
        network.callsPerUserMax(1);
        talk("");

        alice.invite("carol");
        alice.expect("403 INVITE");
        bob.invite("carol");
        bob.expect("480 INVITE");
        network.calls(1).onEnded(network.names.getFirst().name());
        network.advance(10);
        alice.received();
        alice.invite("carol");
        alice.expect("480 INVITE");
    }

    @Test
    void shouldEndACallWhoseSidesAreBothGone() {
        talk("");
        network.advance(2 * HeldCalls.LOOK_AFTER_MS);
        alice.disconnect();
        network.advance(2 * TestNetwork.ABSENT_MS);
        assertThat(network.told).hasSize(2);

        bob.disconnect();
        network.advance(TestNetwork.ABSENT_MS + 3 * HeldCalls.LOOK_AFTER_MS);

        assertThat(told(2, Ended.class).cause()).isEqualTo(CallCause.ABSENT);
    }
}
