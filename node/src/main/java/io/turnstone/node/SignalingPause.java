package io.turnstone.node;

import io.turnstone.node.transport.DatagramIo;
import java.time.Duration;
import org.agrona.concurrent.IdleStrategy;

/**
 * How the signaling thread rests: until a datagram has come, another thread calls {@link #wakeUp}, or a time is over. All
 * methods but that one are for the resting thread.
 */
final class SignalingPause implements IdleStrategy {
    private final DatagramIo io;
    private final long longestNs;
    private volatile boolean asleep;
    private volatile boolean called;

    /** @param longest of a rest; whole milliseconds */
    SignalingPause(DatagramIo io, Duration longest) {
        this.io = io;
        this.longestNs = longest.toNanos();
    }

    /** There is work. Any thread; a system call only where the other one sleeps. */
    void wakeUp() {
        called = true;
        if (asleep) {
            io.wakeup();
        }
    }

    @Override
    public void idle(int workCount) {
        if (workCount == 0) {
            idle();
        }
        called = false;
    }

    /** A call between the last look for work and the sleep is not lost: it is noticed before, or ends the sleep. */
    @Override
    public void idle() {
        asleep = true;
        if (!called) {
            io.await(longestNs);
        }
        asleep = false;
    }

    @Override
    public void reset() {}
}
