package io.turnstone.node.forwarding;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;

/**
 * Which part of the last while a thread did not wait, between 0 and 1. Times are in nanoseconds of one
 * clock. The owning thread writes, any thread reads {@link #share}.
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

    private long beganNs;
    private long waitedNs;
    /** Busy until the contrary is known. */
    @SuppressWarnings("FieldMayBeFinal") // by SHARE
    private double share = 1;

    BusyTime(long nowNs) {
        beganNs = nowNs;
    }

    void waited(long ns) {
        waitedNs += ns;
    }

    /** @return whether a while is over, and {@link #share} is about another one now */
    boolean update(long nowNs) {
        long elapsedNs = nowNs - beganNs;
        if (elapsedNs < WHILE_NS) {
            return false;
        }
        SHARE.setOpaque(this, Math.max(0, 1 - (double) waitedNs / elapsedNs));
        beganNs = nowNs;
        waitedNs = 0;
        return true;
    }

    double share() {
        return (double) SHARE.getOpaque(this);
    }
}
