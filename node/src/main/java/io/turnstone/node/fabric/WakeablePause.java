package io.turnstone.node.fabric;

import io.turnstone.node.transport.DatagramIo;
import io.turnstone.node.transport.EpollSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.IdleStrategy;
import org.jspecify.annotations.Nullable;

/**
 * How a thread rests that drives an Aeron, or would if there were others: until a datagram has come to one of Aeron's
 * sockets, another thread calls {@link #wakeUp}, or a time is over, which Aeron's timers and the thread's own bear. All
 * methods but that one are for the resting thread.
 *
 * <p>Being woken for each of many packets costs more than to move them. A thread that has been woken within the latency
 * budget several times in a row rests for the budget and looks by itself, until it finds no work several times in a row.
 * Where packets come so often that enough of them for a look come sooner, it rests so much shorter: a longer rest would
 * save little and delay them all.
 *
 * <p>Where another thread does the work meanwhile ({@link #goTo}), it asks {@link #isDue} instead of resting here.
 */
public final class WakeablePause implements IdleStrategy, AutoCloseable {
    private static final int IN_A_ROW = 4;
    /** Packets among which the cost of a look no longer counts. */
    private static final double WORTH_A_LOOK = 16;
    private static final double SMOOTHING = 1.0 / 8;
    private static final double SHORTEST_NS = TimeUnit.MICROSECONDS.toNanos(20);
    /** By which Linux may prolong a sleep (prctl(2), PR_SET_TIMERSLACK). */
    private static final double TIMER_SLACK_NS = TimeUnit.MICROSECONDS.toNanos(50);

    private final long pauseMs;
    private final long budgetNs;
    private final Selector selector;
    private final @Nullable EpollSet sockets;
    private volatile @Nullable Host host;
    private volatile boolean asleep;
    private volatile boolean called;
    private boolean worked;
    private int inARow;
    private boolean gathers;
    private long moved;
    private long lastRestNs;
    private double packetsPerNs;

    /** The thread that does the work, and where it waits. */
    private record Host(Thread thread, DatagramIo io) {}

    /**
     * @param longest of a rest; whole milliseconds, at least one
     * @param latencyBudget how long what comes often may wait; 0 not to wait
     */
    public WakeablePause(Duration longest, Duration latencyBudget) {
        pauseMs = Math.max(1, longest.toMillis());
        budgetNs = latencyBudget.toNanos();
        try {
            selector = Selector.open();
            sockets = EpollSet.open().orElse(null);
        } catch (IOException refused) {
            throw new UncheckedIOException("no selector for a thread to rest on", refused);
        }
    }

    /** There is work. Any thread; a system call only where the other one sleeps. */
    public void wakeUp() {
        called = true;
        if (asleep) {
            selector.wakeup();
        }
        Host elsewhere = host;
        if (elsewhere != null && elsewhere.thread() != Thread.currentThread()) {
            elsewhere.io().wakeup();
        }
    }

    /**
     * From now on the calling thread does the work, and waits at that place.
     *
     * @return false if that cannot be done, and nothing has changed
     */
    public boolean goTo(DatagramIo io) {
        if (sockets == null || !io.attend(sockets)) {
            return false;
        }
        host = new Host(Thread.currentThread(), io);
        return true;
    }

    /** Ends {@link #goTo}, on the same thread. */
    public void comeBack(DatagramIo io) {
        host = null;
        if (sockets != null) {
            io.dismiss(sockets);
        }
    }

    /**
     * Whether a datagram has come or another thread has called since the last time. For the thread to which it has gone.
     */
    public boolean isDue() {
        boolean due = called || (sockets != null && sockets.isReady());
        if (due) {
            called = false;
            if (sockets != null) {
                sockets.clearReady();
            }
        }
        return due;
    }

    /**
     * For the thread to which it has gone, before each wait: how long to rest first, in nanoseconds, so that enough packets
     * for a look come; 0 where so many do not come within the latency budget.
     */
    public long gatherNs() {
        long ns = restNs();
        return packetsPerNs * budgetNs >= WORTH_A_LOOK ? ns : 0;
    }

    /** From now on a datagram for this channel ends a rest. */
    void watch(DatagramChannel channel) {
        try {
            channel.register(selector, SelectionKey.OP_READ);
            if (sockets != null) {
                sockets.watch(channel);
            }
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /** Lets the sockets go that were closed: until then the kernel keeps their addresses. */
    void forgetClosed() {
        try {
            selector.selectNow(WakeablePause::leaveToAeron);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void idle(int workCount) {
        if (workCount == 0) {
            idle();
        } else {
            worked = true;
        }
        called = false;
    }

    @Override
    public void idle() {
        if (gathers) {
            LockSupport.parkNanos(restNs());
            countInARow(!worked);
        } else {
            long startNs = System.nanoTime();
            sleep();
            countInARow(System.nanoTime() - startNs < budgetNs);
        }
        worked = false;
    }

    /** That many packets were sent or received since the last rest. */
    void onMoved(int count) {
        worked = true;
        moved += count;
    }

    private long restNs() {
        long nowNs = System.nanoTime();
        double elapsedNs = Math.max(1, nowNs - lastRestNs);
        packetsPerNs += (moved / elapsedNs - packetsPerNs) * SMOOTHING;
        lastRestNs = nowNs;
        moved = 0;
        double longNs = WORTH_A_LOOK / packetsPerNs - TIMER_SLACK_NS;
        return Math.min(budgetNs, (long) Math.max(SHORTEST_NS, longNs));
    }

    private void countInARow(boolean another) {
        inARow = another ? inARow + 1 : 0;
        if (inARow == IN_A_ROW) {
            inARow = 0;
            gathers = !gathers;
        }
    }

    /** A call between the last look for work and the sleep is not lost: it is noticed before, or ends the sleep. */
    private void sleep() {
        asleep = true;
        try {
            if (!called) {
                selector.select(WakeablePause::leaveToAeron, pauseMs);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } finally {
            asleep = false;
        }
    }

    private static void leaveToAeron(SelectionKey readable) {}

    @Override
    public void reset() {}

    /** {@link #wakeUp} may still be called, and does nothing. */
    @Override
    public void close() {
        try {
            selector.close();
            if (sockets != null) {
                sockets.close();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
