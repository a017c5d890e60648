package io.turnstone.node.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlarmsTest {
    private final Alarms alarms = new Alarms();
    private final List<String> rang = new ArrayList<>();
    private final Alarms.Alarm alarm = alarms.alarm(() -> rang.add("it"));

    @Test
    void shouldRingOnceWhenTheDeadlineHasCome() {
        alarm.set(100);
        assertThat(alarms.doWork(99)).isZero();
        assertThat(alarms.doWork(100)).isOne();
        assertThat(alarms.doWork(1_000)).isZero();
        assertThat(rang).containsExactly("it");
    }

    @Test
    void shouldRingAtTheDeadlineThatWasSetLast() {
        alarm.set(100);
        alarm.set(300);
        assertThat(alarms.doWork(299)).isZero();
        alarm.set(400);
        assertThat(alarms.doWork(399)).isZero();
        assertThat(alarms.doWork(400)).isOne();
        alarm.set(900);
        alarm.set(500);
        assertThat(alarms.doWork(500)).isOne();
        assertThat(alarms.doWork(900)).as("that deadline was replaced").isZero();
    }

    @Test
    void shouldRingAgainForADeadlineThatOneBeforeHadReplaced() {
        alarm.set(100);
        alarm.set(50);
        assertThat(alarms.doWork(50)).isOne();
        alarm.set(100);
        assertThat(alarms.doWork(100)).isOne();
        assertThat(rang).hasSize(2);
    }

    @Test
    void shouldNotLookMoreOftenBecauseADeadlineMovesOn() {
        for (int ms = 100; ms < 10_000; ms++) {
            alarm.set(ms);
        }
        assertThat(alarms.size()).isOne();
    }

    @Test
    void shouldNotRingWhatHasEnded() {
        alarm.set(100);
        alarm.end();
        assertThat(alarms.doWork(100)).isZero();
        alarm.set(200);
        alarms.doWork(200);
        assertThat(rang).isEmpty();
        assertThat(alarms.size()).isZero();
    }

    @Test
    void shouldRingInTheOrderOfTheDeadlines() {
        Alarms.Alarm other = alarms.alarm(() -> rang.add("other"));
        alarm.set(200);
        other.set(100);
        alarms.doWork(200);
        assertThat(rang).containsExactly("other", "it");
    }

    @Test
    void shouldEndItsTurnThoughAnAlarmSetsItselfWhileItRings() {
        List<Alarms.Alarm> again = new ArrayList<>();
        again.add(alarms.alarm(() -> again.getFirst().set(100)));
        again.getFirst().set(100);
        assertThat(alarms.doWork(100)).isEqualTo(Alarms.LOOKS_PER_TURN);
        assertThat(alarms.doWork(99)).isZero();
    }
}
