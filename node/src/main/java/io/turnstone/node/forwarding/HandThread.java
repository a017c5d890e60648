package io.turnstone.node.forwarding;

import io.turnstone.node.transport.DatagramIo;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs its forwarder until the lead asks for it, and rests until the lead gives it back. Only who has the forwarder touches
 * it, and what it wrote is seen by the next one.
 */
final class HandThread extends CrewThread {
    private enum Holder {
        HAND,
        HAND_WHO_IS_ASKED,
        LEAD
    }

    private final AtomicReference<Holder> holder = new AtomicReference<>(Holder.HAND);
    private volatile @Nullable DatagramIo leadIo;
    private volatile @Nullable Thread thread;

    HandThread(ForwarderAgent own, LongSupplier nanoClock) {
        super(own, nanoClock);
    }

    /** Whether the lead has the forwarder now. Any thread. */
    boolean isLent() {
        return holder.get() == Holder.LEAD;
    }

    /**
     * The lead's, which would like to have the forwarder.
     *
     * @param io what the lead waits at
     */
    void ask(DatagramIo io) {
        leadIo = io;
        holder.set(Holder.HAND_WHO_IS_ASKED);
    }

    /** The lead's, which does not want the forwarder any more or gives it back. */
    void release() {
        holder.set(Holder.HAND);
        LockSupport.unpark(thread);
    }

    @Override
    public int doWork() {
        return isLent() ? 0 : own().doWork();
    }

    @Override
    public void idle(int workCount) {
        if (isLent()) {
            LockSupport.parkNanos(this, WAIT_NS);
            return;
        }
        if (workCount == 0) {
            awaitDatagrams();
        }
        measure();
        if (holder.get() == Holder.HAND_WHO_IS_ASKED) {
            lend();
        }
    }

    private void lend() {
        thread = Thread.currentThread();
        DatagramIo io = leadIo;
        if (holder.compareAndSet(Holder.HAND_WHO_IS_ASKED, Holder.LEAD) && io != null) {
            io.wakeup();
        }
    }
}
