package io.turnstone.node.signaling;

import static io.turnstone.node.signaling.TransactionAction.ACKNOWLEDGE;
import static io.turnstone.node.signaling.TransactionAction.END;
import static io.turnstone.node.signaling.TransactionAction.NOTHING;
import static io.turnstone.node.signaling.TransactionAction.SEND;
import static io.turnstone.node.signaling.TransactionAction.SEND_TRYING;
import static io.turnstone.node.signaling.TransactionAction.TELL;
import static io.turnstone.node.signaling.TransactionAction.TELL_EXPIRED;
import static io.turnstone.node.signaling.TransactionAction.TELL_TIMEOUT;
import static io.turnstone.node.signaling.TransactionEvent.ACK;
import static io.turnstone.node.signaling.TransactionEvent.CANCELED;
import static io.turnstone.node.signaling.TransactionEvent.FAILURE;
import static io.turnstone.node.signaling.TransactionEvent.PROVISIONAL;
import static io.turnstone.node.signaling.TransactionEvent.REQUEST;
import static io.turnstone.node.signaling.TransactionEvent.SUCCESS;
import static io.turnstone.node.signaling.TransactionEvent.WAKE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The four machines, event by event, with the timers of RFC 3261 table 4. */
class TransactionMachineTest {
    private static final boolean UDP = false;
    private static final boolean WS = true;
    private static final SipTimers TIMERS = SipTimers.DEFAULT;
    private static final long START_MS = 1_000_000;

    private long nowMs = START_MS;

    private TransactionMachine started(TransactionMachine machine, int expected) {
        assertThat(machine.start(nowMs)).isEqualTo(expected);
        return machine;
    }

    private void expect(TransactionMachine machine, TransactionEvent event, int actions) {
        assertThat(machine.handle(event, nowMs)).as("%s after %d ms", event, nowMs - START_MS).isEqualTo(actions);
    }

    /** Wakes the machine at each of its deadlines until it ends; what it did, each with the time since the start. */
    private List<String> live(TransactionMachine machine) {
        List<String> done = new ArrayList<>();
        int actions = NOTHING;
        while ((actions & END) == 0 && machine.deadlineMs() != TransactionMachine.NEVER) {
            nowMs = machine.deadlineMs();
            actions = machine.handle(WAKE, nowMs);
            done.add(actions + "@" + (nowMs - START_MS));
        }
        return done;
    }

    @Test
    void shouldSendAnInviteAgainAndGiveUpAfterTimerB() {
        TransactionMachine udp = started(new InviteClientMachine(TIMERS, UDP), SEND);
        assertThat(live(udp)).containsExactly(
            "1@500", "1@1500", "1@3500", "1@7500", "1@15500", "1@31500", (TELL_TIMEOUT | END) + "@32000");
        nowMs = START_MS;
        TransactionMachine ws = started(new InviteClientMachine(TIMERS, WS), SEND);
        assertThat(live(ws)).containsExactly((TELL_TIMEOUT | END) + "@32000");
    }

    @Test
    void shouldRingUntilTimerCAndWaitForTheAnswerToCancel() {
        TransactionMachine machine = started(new InviteClientMachine(TIMERS, UDP), SEND);
        expect(machine, PROVISIONAL, TELL);
        nowMs += 100_000;
        expect(machine, PROVISIONAL, TELL);
        assertThat(live(machine)).containsExactly(TELL_EXPIRED + "@" + (100_000 + TIMERS.timerCMs()));
        expect(machine, CANCELED, NOTHING);
        expect(machine, PROVISIONAL, TELL);
        assertThat(live(machine)).containsExactly(
            (TELL_TIMEOUT | END) + "@" + (100_000 + TIMERS.timerCMs() + 32_000));
    }

    @Test
    void shouldTellEach2xxUntilTimerM() {
        TransactionMachine machine = started(new InviteClientMachine(TIMERS, WS), SEND);
        expect(machine, SUCCESS, TELL);
        expect(machine, SUCCESS, TELL);
        expect(machine, FAILURE, NOTHING);
        expect(machine, PROVISIONAL, NOTHING);
        assertThat(live(machine)).containsExactly(END + "@32000");
    }

    @Test
    void shouldAcknowledgeAFailureAsOftenAsItComes() {
        TransactionMachine udp = started(new InviteClientMachine(TIMERS, UDP), SEND);
        expect(udp, PROVISIONAL, TELL);
        expect(udp, CANCELED, NOTHING);
        expect(udp, FAILURE, ACKNOWLEDGE | TELL);
        expect(udp, FAILURE, ACKNOWLEDGE);
        expect(udp, SUCCESS, NOTHING);
        assertThat(live(udp)).containsExactly(END + "@32000");
        nowMs = START_MS;
        expect(started(new InviteClientMachine(TIMERS, WS), SEND), FAILURE, ACKNOWLEDGE | TELL | END);
    }

    @Test
    void shouldSendAnotherRequestAgainAtMostEveryT2() {
        TransactionMachine machine = started(new NonInviteClientMachine(TIMERS, UDP), SEND);
        assertThat(live(machine)).containsExactly(
            "1@500", "1@1500", "1@3500", "1@7500", "1@11500", "1@15500", "1@19500", "1@23500", "1@27500", "1@31500",
            (TELL_TIMEOUT | END) + "@32000");
    }

    @Test
    void shouldSendEveryT2AfterAProvisionalResponse() {
        TransactionMachine machine = started(new NonInviteClientMachine(TIMERS, UDP), SEND);
        expect(machine, PROVISIONAL, TELL);
        assertThat(machine.deadlineMs()).isEqualTo(START_MS + 4_000);
        expect(machine, FAILURE, TELL);
        expect(machine, FAILURE, NOTHING);
        assertThat(live(machine)).containsExactly(END + "@5000");
        nowMs = START_MS;
        TransactionMachine ws = started(new NonInviteClientMachine(TIMERS, WS), SEND);
        expect(ws, PROVISIONAL, TELL);
        expect(ws, SUCCESS, TELL | END);
    }

    @Test
    void shouldTryOnlyIfNothingElseWasAnsweredIn200Ms() {
        TransactionMachine silent = started(new InviteServerMachine(TIMERS, UDP), NOTHING);
        assertThat(live(silent)).containsExactly(SEND_TRYING + "@200");
        expect(silent, REQUEST, SEND_TRYING);
        nowMs = START_MS;
        TransactionMachine ringing = started(new InviteServerMachine(TIMERS, UDP), NOTHING);
        expect(ringing, PROVISIONAL, SEND);
        expect(ringing, REQUEST, SEND);
        assertThat(live(ringing)).isEmpty();
    }

    @Test
    void shouldSendAFailureAgainUntilItIsAcknowledged() {
        TransactionMachine machine = started(new InviteServerMachine(TIMERS, UDP), NOTHING);
        expect(machine, FAILURE, SEND);
        expect(machine, REQUEST, SEND);
        nowMs += 500;
        expect(machine, WAKE, SEND);
        nowMs += 1_000;
        expect(machine, WAKE, SEND);
        expect(machine, ACK, NOTHING);
        expect(machine, REQUEST, NOTHING);
        assertThat(live(machine)).containsExactly(END + "@6500");
        nowMs = START_MS;
        TransactionMachine unheard = started(new InviteServerMachine(TIMERS, UDP), NOTHING);
        expect(unheard, FAILURE, SEND);
        assertThat(live(unheard)).hasSize(11).endsWith("1@31500", END + "@32000");
    }

    @Test
    void shouldEndAtOnceOnAReliableTransportWhenAcknowledged() {
        TransactionMachine machine = started(new InviteServerMachine(TIMERS, WS), NOTHING);
        expect(machine, FAILURE, SEND);
        assertThat(machine.deadlineMs()).isEqualTo(START_MS + 32_000);
        expect(machine, ACK, END);
    }

    @Test
    void shouldPassEach2xxButAnswerNoRepeatedInviteOnceItIsAccepted() {
        TransactionMachine machine = started(new InviteServerMachine(TIMERS, UDP), NOTHING);
        expect(machine, SUCCESS, SEND);
        expect(machine, SUCCESS, SEND);
        expect(machine, ACK, TELL);
        expect(machine, REQUEST, NOTHING);
        expect(machine, FAILURE, NOTHING);
        assertThat(live(machine)).containsExactly(END + "@32000");
    }

    @Test
    void shouldGiveNoProvisionalResponseToOtherRequestsBefore3500Ms() {
        TransactionMachine machine = started(new NonInviteServerMachine(TIMERS, UDP), NOTHING);
        expect(machine, REQUEST, NOTHING);
        expect(machine, PROVISIONAL, NOTHING);
        assertThat(live(machine)).containsExactly(SEND_TRYING + "@3500", END + "@32000");
        nowMs = START_MS;
        TransactionMachine answered = started(new NonInviteServerMachine(TIMERS, UDP), NOTHING);
        nowMs += 3_500;
        expect(answered, WAKE, SEND_TRYING);
        expect(answered, REQUEST, SEND_TRYING);
        expect(answered, SUCCESS, SEND);
        expect(answered, REQUEST, SEND);
        expect(answered, FAILURE, NOTHING);
        assertThat(live(answered)).containsExactly(END + "@35500");
        TransactionMachine ws = started(new NonInviteServerMachine(TIMERS, WS), NOTHING);
        expect(ws, FAILURE, SEND | END);
    }
}
