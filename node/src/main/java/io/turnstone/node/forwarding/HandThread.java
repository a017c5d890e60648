package io.turnstone.node.forwarding;

import io.turnstone.node.transport.DatagramIo;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs its member until the lead asks for it, and rests until the lead gives it back. Only who has the member touches it, and
 * what it wrote is seen by the next one.
 */
final class HandThread extends CrewThread {
    private enum Holder {
        HAND,
        HAND_WHO_IS_ASKED,
        LEAD
    }

    private static final long REST_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final AtomicReference<Holder> holder = new AtomicReference<>(Holder.HAND);
    private volatile @Nullable DatagramIo leadIo;
    private volatile @Nullable Thread thread;

    HandThread(CrewMember own, LongSupplier nanoClock, LongSupplier cpuClock) {
        super(own, nanoClock, cpuClock);
    }

    /** Whether the lead has the member now. Any thread. */
    boolean isLent() {
        return holder.get() == Holder.LEAD;
    }

    /**
     * The lead's, which would like to have the member.
     *
     * @param io what the lead waits at
     */
    void ask(DatagramIo io) {
        leadIo = io;
        holder.set(Holder.HAND_WHO_IS_ASKED);
    }

    /** The lead's, which does not want the member any more or gives it back. */
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
            LockSupport.parkNanos(this, REST_NS);
            return;
        }
        own().idle(workCount);
        measure(nowNs());
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

    /** The lead ends before the hands do. */
    @Override
    public void onClose() {
        own().close();
    }
}
