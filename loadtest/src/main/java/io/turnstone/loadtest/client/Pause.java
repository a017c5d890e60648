package io.turnstone.loadtest.client;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets a measurement go on for a while. Any thread but the loop's. */
public final class Pause {
    private Pause() {}

    /** @throws IllegalStateException if the thread is interrupted, which remains so */
    public static void ms(long ms) {
        try {
            TimeUnit.MILLISECONDS.sleep(ms);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    /** @throws IllegalStateException if the thread is interrupted, which remains so */
    public static void until(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    public static void seconds(long seconds) {
        ms(TimeUnit.SECONDS.toMillis(seconds));
    }
}
