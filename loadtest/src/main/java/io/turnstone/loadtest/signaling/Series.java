package io.turnstone.loadtest.signaling;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.Pause;
import io.turnstone.loadtest.command.Sample;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;

/** The same thing again and again, some at a time. All but {@link #run} is of the loop's thread. */
final class Series {
    private static final long WAIT_NS_MAX = TimeUnit.MINUTES.toNanos(1);
    private static final double NS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final ClientLoop loop;
    private final int count;
    private final int concurrent;
    private final IntFunction<Consumer<Consumer<String>>> attempts;
    private final CountDownLatch left;
    private final Histogram waitNs = new Histogram(WAIT_NS_MAX, 3);
    private final Map<String, Integer> failures = new TreeMap<>();
    private int begun;
    private int done;

    /** @param attempts by number: begins one, and tells how it has ended */
    Series(ClientLoop loop, int count, int concurrent, IntFunction<Consumer<Consumer<String>>> attempts) {
        this.loop = loop;
        this.count = count;
        this.concurrent = concurrent;
        this.attempts = attempts;
        this.left = new CountDownLatch(count);
    }

    /** @param processorSeconds of the server so far */
    Sample run(DoubleSupplier processorSeconds) {
        double serverBefore = processorSeconds.getAsDouble();
        long startNs = System.nanoTime();
        loop.execute(() -> {
            for (int i = 0; i < Math.min(concurrent, count); i++) {
                begin();
            }
        });
        Pause.until(left);
        double seconds = (System.nanoTime() - startNs) / NS_PER_SECOND;
        double server = processorSeconds.getAsDouble() - serverBefore;
        return new Sample(done, Map.copyOf(failures), seconds, waitNs, server);
    }

    private void begin() {
        long startNs = System.nanoTime();
        attempts.apply(begun++).accept(outcome -> onEnd(startNs, outcome));
    }

    private void onEnd(long startNs, String outcome) {
        if (outcome.equals(UserAgent.DONE)) {
            done++;
            waitNs.recordValue(Math.min(System.nanoTime() - startNs, WAIT_NS_MAX));
        } else {
            failures.merge(outcome, 1, Integer::sum);
        }
        if (begun < count) {
            begin();
        }
        left.countDown();
    }
}
