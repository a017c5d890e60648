package io.turnstone.node.forwarding;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Which part of the last while a thread had a processor, between 0 and 1. Not whether it waited: where threads wait for a
 * processor, more of them would not help. The owning thread writes, any thread reads {@link #share}.
 */
final class BusyTime {
    private static final long WHILE_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final VarHandle SHARE;

    static {
        try {
            SHARE = MethodHandles.lookup().findVarHandle(BusyTime.class, "share", double.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final LongSupplier cpuClock;
    private boolean begun;
    private long beganNs;
    private long beganCpuNs;
    /** Busy until the contrary is known. */
    @SuppressWarnings("FieldMayBeFinal") // by SHARE
    private double share = 1;

    /** @param cpuClock nanoseconds of CPU time that the calling thread has had */
    BusyTime(LongSupplier cpuClock) {
        this.cpuClock = cpuClock;
    }

    /**
     * @param nowNs of a clock that counts on
     * @return whether a while is over, and {@link #share} is about another one now
     */
    boolean update(long nowNs) {
        long elapsedNs = nowNs - beganNs;
        if (begun && elapsedNs < WHILE_NS) {
            return false;
        }
        long cpuNs = cpuClock.getAsLong();
        boolean known = begun;
        if (known) {
            SHARE.setOpaque(this, Math.min(1, (double) (cpuNs - beganCpuNs) / elapsedNs));
        }
        begun = true;
        beganNs = nowNs;
        beganCpuNs = cpuNs;
        return known;
    }

    double share() {
        return (double) SHARE.getOpaque(this);
    }
}
