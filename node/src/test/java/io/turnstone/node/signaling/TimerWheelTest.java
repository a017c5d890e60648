package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TimerWheelTest {
    private static final long START_MS = 1_795_000_000_123L;

    private final TimerWheel wheel = new TimerWheel(START_MS);
    private final List<Alarm> rung = new ArrayList<>();

    private final class Alarm extends Timed {
        private long wantedMs = TransactionMachine.NEVER;
        private Runnable then = () -> {};

        void set(long ms) {
            wantedMs = ms;
            wheel.set(this, ms);
        }

        @Override
        void onDeadline(long nowMs) {
            assertThat(nowMs).isBetween(wantedMs, wantedMs + TimerWheel.TICK_MS + 10);
            wantedMs = TransactionMachine.NEVER;
            rung.add(this);
            then.run();
        }
    }

    @Test
    void shouldMeetADeadlineThatIsManyTurnsAway() {
        Alarm alarm = new Alarm();
        alarm.set(START_MS + 180_000);
        int met = 0;
        for (long nowMs = START_MS; nowMs < START_MS + 200_000; nowMs += 10) {
            met += wheel.turn(nowMs);
        }
        assertThat(met).isEqualTo(1);
    }

    @Test
    void shouldLetADeadlineClearAnotherOfTheSameTick() {
        Alarm first = new Alarm();
        Alarm second = new Alarm();
        first.then = () -> second.set(TransactionMachine.NEVER);
        second.then = () -> first.set(TransactionMachine.NEVER);
        first.set(START_MS + 40);
        second.set(START_MS + 40);

        assertThat(wheel.turn(START_MS + 64)).isEqualTo(1);
        assertThat(wheel.turn(START_MS + 100_000)).isZero();
        assertThat(rung).hasSize(1);
    }

    @Test
    void shouldMeetWhatIsLateAlready() {
        Alarm alarm = new Alarm();
        alarm.set(START_MS - 5);
        alarm.wantedMs = START_MS;
        assertThat(wheel.turn(START_MS + TimerWheel.TICK_MS)).isEqualTo(1);
    }

    @Test
    void shouldCatchUpAfterALongRest() {
        Alarm alarm = new Alarm();
        alarm.set(START_MS + 500);
        alarm.wantedMs = START_MS + 500_000;
        assertThat(wheel.turn(START_MS + 500_000)).isEqualTo(1);
        Alarm next = new Alarm();
        next.set(START_MS + 500_100);
        assertThat(wheel.turn(START_MS + 500_090)).isZero();
        assertThat(wheel.turn(START_MS + 500_120)).isEqualTo(1);
    }

    static LongStream seeds() {
        return LongStream.range(0, 50);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldMeetEachDeadlineOnceAndInTime(long seed) {
        Random random = new Random(seed);
        List<Alarm> alarms = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            alarms.add(new Alarm());
        }
        long nowMs = START_MS;
        while (nowMs < START_MS + 120_000) {
            Alarm alarm = alarms.get(random.nextInt(alarms.size()));
            alarm.set(random.nextInt(4) == 0 ? TransactionMachine.NEVER : nowMs + 1 + random.nextInt(60_000));
            nowMs += 1 + random.nextInt(10);
            wheel.turn(nowMs);
        }
        long waiting = alarms.stream().filter(alarm -> alarm.wantedMs != TransactionMachine.NEVER).count();
        rung.clear();
        for (int i = 0; i < 10_000; i++) {
            nowMs += 10;
            wheel.turn(nowMs);
        }
        assertThat(rung).hasSize((int) waiting);
    }
}
