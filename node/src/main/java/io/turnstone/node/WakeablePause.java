package io.turnstone.node;

import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.IdleStrategy;
import org.jspecify.annotations.Nullable;

/** How a thread rests that other threads may need at once: it sleeps for a bounded time, or until {@link #wakeUp}. */
final class WakeablePause implements IdleStrategy {
    private final long pauseNs;
    private volatile @Nullable Thread sleeper;
    private volatile boolean called;

    WakeablePause(long pauseNs) {
        this.pauseNs = pauseNs;
    }

    /** There is work. Any thread; a system call only where the other one sleeps. */
    void wakeUp() {
        called = true;
        Thread asleep = sleeper;
        if (asleep != null) {
            LockSupport.unpark(asleep);
        }
    }

    @Override
    public void idle(int workCount) {
        if (workCount == 0) {
            idle();
        }
        called = false;
    }

    /** A call between the last look for work and the sleep is not lost: it is noticed before, or wakes the sleeper. */
    @Override
    public void idle() {
        sleeper = Thread.currentThread();
        if (!called) {
            LockSupport.parkNanos(this, pauseNs);
        }
        sleeper = null;
    }

    @Override
    public void reset() {}
}
