package io.turnstone.node.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.session.CallCommand.Answered;
import io.turnstone.node.session.CallCommand.Ended;
import io.turnstone.node.session.CallCommand.Failed;
import io.turnstone.node.session.CallCommand.Invited;
import io.turnstone.node.session.CallCommand.Refreshed;
import io.turnstone.node.session.SessionEffect.Revoke;
import io.turnstone.node.session.SessionEffect.Show;
import io.turnstone.node.session.SessionEffect.TellAll;
import io.turnstone.node.session.SessionEffect.WakeAt;
import io.turnstone.node.session.SessionEffect.Write;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallTest {
    private static final String CALL_ID = "a84b4c76e66710@pc33";
    private static final String CALLER_TAG = "1928301774";
    private static final String CALLEE_TAG = "a6c85cf";
    private static final long NODE = 7;
    private static final CallParties PARTIES = new CallParties("sip:alice@a.example", "sip:bob@a.example", CALLER_TAG);
    private static final Invited INVITED = new Invited(PARTIES, NODE, 1_000);
    private static final Answered ANSWERED = new Answered(CALLER_TAG, CALLEE_TAG, 2_000, 5_000, 0);
    private static final Ended BYE = new Ended(CALLEE_TAG, CALLER_TAG, CallCause.BYE, 65_000);
    private static final SessionCommand WAKE = new SessionCommand.Wake();

    private final Call call = new Call(CALL_ID);

    @Test
    void shouldEndWithARecordOfAllThatItWasTold() {
        call.handle(INVITED, 1_000);
        call.handle(ANSWERED, 5_001);

        assertThat(call.handle(BYE, 65_001))
            .containsExactly(new WakeAt(65_001 + Call.LINGER_MS), new Revoke(CALL_ID));
        List<SessionEffect> last = call.handle(new SessionCommand.Revoked(2), 65_001);

        assertThat(last).element(0).isInstanceOfSatisfying(Write.class, write -> {
            CallRecord ended = write.ended();
            assertThat(ended.revoked()).isEqualTo(2);
            assertThat(ended.call().parties()).isEqualTo(PARTIES);
            assertThat(ended.call().nodes()).containsExactly(NODE);
            assertThat(ended.call().times()).isEqualTo(new CallTimes(1_000, 2_000, 5_000, 65_000));
            assertThat(ended.call().times().durationMs()).isEqualTo(60_000);
            assertThat(ended.call().outcome()).isEqualTo(new CallOutcome(CallCause.BYE, 200));
            assertThat(ended.call().isWhole()).isTrue();
        });
        assertThat(last.getLast()).isEqualTo(new TellAll(new SessionNotice.CallEnded(CALL_ID)));
    }

    @Test
    void shouldBeShownOnceWhenItBeginsAndWhenItIsAnswered() {
        assertThat(call.handle(INVITED, 1_000)).containsExactly(new Show(CALL_ID, call.known()));
        assertThat(call.handle(new Failed(CALLER_TAG, 407, 0, 2_000), 2_000)).noneMatch(Show.class::isInstance);
        assertThat(call.handle(INVITED, 3_000)).isEmpty();

        assertThat(call.handle(ANSWERED, 5_001)).containsExactly(new Show(CALL_ID, call.known()));
    }

    @Test
    void shouldBeToldAgainWithoutChange() {
        call.handle(INVITED, 1_000);
        call.handle(ANSWERED, 5_001);
        CallState before = call.known();

        assertThat(call.handle(INVITED, 9_000)).isEmpty();
        assertThat(call.handle(ANSWERED, 9_000)).isEmpty();

        assertThat(call.known()).isEqualTo(before);
    }

    @Test
    void shouldIgnoreASecondByeAndForgetTheCallLater() {
        establish(0);
        call.handle(BYE, 65_001);

        assertThat(call.handle(new Ended(CALLER_TAG, CALLEE_TAG, CallCause.BYE, 65_002), 65_002)).isEmpty();
        assertThat(call.handle(WAKE, 65_000 + Call.LINGER_MS)).containsExactly(new WakeAt(65_001 + Call.LINGER_MS));
        assertThat(call.handle(WAKE, 65_001 + Call.LINGER_MS)).containsExactly(new SessionEffect.Stop());
    }

    @Test
    void shouldNotBeEndedByWhoOnlyKnowsTheCallId() {
        establish(0);

        assertThat(
            call.handle(new Invited(new CallParties("sip:eve@a.example", "sip:eve@a.example", "e"), 8, 6_000), 6_000))
            .isEmpty();
        assertThat(call.handle(new Ended("e", "f", CallCause.BYE, 6_000), 6_000)).isEmpty();
        assertThat(call.handle(new Refreshed("e", "f", 6_000, 1), 6_000)).isEmpty();

        assertThat(call.known().parties()).isEqualTo(PARTIES);
        assertThat(call.known().outcome().isFinal()).isFalse();
    }

    @Test
    void shouldKeepTheAnswerThatWon() {
        establish(0);

        call.handle(new Answered(CALLER_TAG, "late fork", 3_000, 6_000, 90), 6_000);
        assertThat(call.handle(new Ended(CALLER_TAG, "late fork", CallCause.BYE, 6_500), 6_500)).isEmpty();

        assertThat(call.known().calleeTag()).isEqualTo(CALLEE_TAG);
        assertThat(call.known().deadlineMs()).isZero();
    }

    @Test
    void shouldEndWhenTheSessionIntervalPassesWithoutRefresh() {
        call.handle(INVITED, 1_000);
        assertThat(call.handle(new Answered(CALLER_TAG, CALLEE_TAG, 2_000, 5_000, 90), 5_000))
            .containsExactly(new WakeAt(95_000), new Show(CALL_ID, call.known()));
        assertThat(call.handle(new Refreshed(CALLEE_TAG, CALLER_TAG, 50_000, 120), 50_000))
            .containsExactly(new WakeAt(170_000));
        assertThat(call.handle(WAKE, 95_000)).containsExactly(new WakeAt(170_000));

        assertThat(call.handle(WAKE, 170_000)).contains(new Revoke(CALL_ID));

        assertThat(call.known().outcome().cause()).isEqualTo(CallCause.SESSION_TIMER);
    }

    @Test
    void shouldEndWithoutTimerWhenARefreshEndedThat() {
        establish(90);

        call.handle(new Refreshed(CALLER_TAG, CALLEE_TAG, 50_000, 0), 50_000);

        assertThat(call.handle(WAKE, 95_000)).isEmpty();
        assertThat(call.known().outcome().isFinal()).isFalse();
    }

    @Test
    void shouldEndAtOnceByAFailure() {
        call.handle(INVITED, 1_000);

        assertThat(call.handle(new Failed(CALLER_TAG, 486, 2_000, 3_000), 3_000)).contains(new Revoke(CALL_ID));

        assertThat(call.known().outcome()).isEqualTo(new CallOutcome(CallCause.FAILED, 486));
        assertThat(call.known().times()).isEqualTo(new CallTimes(1_000, 2_000, 0, 3_000));
        assertThat(call.known().times().durationMs()).isZero();
    }

    @Test
    void shouldCallItCanceledWhenItsInviteWasTerminated() {
        call.handle(INVITED, 1_000);

        call.handle(new Failed(CALLER_TAG, 487, 0, 3_000), 3_000);

        assertThat(call.known().outcome()).isEqualTo(new CallOutcome(CallCause.CANCELED, 487));
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 401, 407, 422})
    void shouldWaitForACallerWhoMayTryAgain(int status) {
        call.handle(INVITED, 1_000);

        assertThat(call.handle(new Failed(CALLER_TAG, status, 0, 3_000), 3_000))
            .containsExactly(new WakeAt(3_000 + Call.AGAIN_WITHIN_MS));
        call.handle(new Invited(PARTIES, NODE, 4_000), 4_000);
        call.handle(ANSWERED, 5_000);
        assertThat(call.handle(WAKE, 9_000)).isEmpty();

        assertThat(call.known().outcome()).isEqualTo(new CallOutcome(CallCause.NONE, 200));
        assertThat(call.known().times().invitedMs()).isEqualTo(1_000);
    }

    @Test
    void shouldEndWhenTheCallerDoesNotTryAgain() {
        call.handle(INVITED, 1_000);
        call.handle(new Failed(CALLER_TAG, 407, 0, 3_000), 3_000);

        assertThat(call.handle(WAKE, 3_000 + Call.AGAIN_WITHIN_MS)).contains(new Revoke(CALL_ID));

        assertThat(call.known().times().endedMs()).isEqualTo(3_000);
        assertThat(call.known().outcome()).isEqualTo(new CallOutcome(CallCause.FAILED, 407));
    }

    @Test
    void shouldBeRevokedByItsByeAloneAndSayThatItsBeginningIsUnknown() {
        assertThat(call.handle(BYE, 65_000)).contains(new Revoke(CALL_ID));

        assertThat(call.known().isWhole()).isFalse();
        assertThat(call.known().outcome()).isEqualTo(new CallOutcome(CallCause.BYE, 0));
    }

    @Test
    void shouldLearnItsBeginningFromANodeThatHeldIt() {
        call.handle(new Refreshed(CALLER_TAG, CALLEE_TAG, 50_000, 90), 50_000);
        assertThat(call.known().isWhole()).isFalse();

        call.handle(INVITED, 51_000);

        assertThat(call.known().isWhole()).isTrue();
        assertThat(call.known().parties()).isEqualTo(PARTIES);
        assertThat(call.known().deadlineMs()).isEqualTo(140_000);
    }

    @Test
    void shouldGoOnWhereItsShardMovesTo() {
        establish(90);
        Call moved = new Call(CALL_ID);

        assertThat(moved.handle(call.state().orElseThrow(), 6_000)).containsExactly(new WakeAt(95_000));

        assertThat(moved.known()).isEqualTo(call.known());
    }

    @Test
    void shouldJoinWhatWasToldBeforeItsStateCame() {
        establish(0);
        Call moved = new Call(CALL_ID);
        moved.handle(BYE, 65_000);

        moved.handle(call.state().orElseThrow(), 65_001);

        assertThat(moved.known().times()).isEqualTo(new CallTimes(1_000, 2_000, 5_000, 65_000));
        assertThat(moved.known().outcome().cause()).isEqualTo(CallCause.BYE);
    }

    @Test
    void shouldHaveNothingToKeepBeforeItIsTold() {
        assertThat(call.state()).isEmpty();
    }

    @Test
    void shouldEndWhenTheNodeWithItsInviteDiesWhileItRings() {
        call.handle(INVITED, 1_000);
        assertThat(call.handle(new SessionCommand.NodeEnded(NODE + 1), 2_000)).isEmpty();

        assertThat(call.handle(new SessionCommand.NodeEnded(NODE), 2_000))
            .containsExactly(new WakeAt(2_000 + Call.LOST_AFTER_MS));
        assertThat(call.handle(WAKE, 2_000 + Call.LOST_AFTER_MS)).contains(new Revoke(CALL_ID));

        assertThat(call.known().outcome().cause()).isEqualTo(CallCause.NODE_LOST);
    }

    @Test
    void shouldOutliveTheNodeThatCarriedItsInviteOnceItIsEstablished() {
        establish(0);

        assertThat(call.handle(new SessionCommand.NodeEnded(NODE), 9_000)).isEmpty();
        assertThat(call.handle(BYE, 65_000)).contains(new Revoke(CALL_ID));
    }

    private void establish(int sessionExpiresS) {
        call.handle(INVITED, 1_000);
        call.handle(new Answered(CALLER_TAG, CALLEE_TAG, 2_000, 5_000, sessionExpiresS), 5_000);
    }
}
