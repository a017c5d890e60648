package io.turnstone.node.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Tells when a thread has certainly let go of the descriptors that it looked up: it looks them up within a turn only, and
 * forgets them at its end. Who has taken a socket out of the table and then sees another count, or no turn, may let the
 * system use the descriptor's number again.
 *
 * <p>{@link #begin} and {@link #end} for the owning thread, {@link #count} for any.
 */
final class SendTurn {
    private static final VarHandle COUNT;

    static {
        try {
            COUNT = MethodHandles.lookup().findVarHandle(SendTurn.class, "count", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Odd within a turn. */
    @SuppressWarnings("unused") // by COUNT
    private long count;

    private boolean underWay;

    /** Before the first look-up of a turn. */
    void begin() {
        if (!underWay) {
            underWay = true;
            COUNT.setOpaque(this, (long) COUNT.getOpaque(this) + 1);
            // no look-up before the count
            VarHandle.fullFence();
        }
    }

    void end() {
        if (underWay) {
            underWay = false;
            COUNT.setRelease(this, (long) COUNT.getOpaque(this) + 1);
        }
    }

    long count() {
        return (long) COUNT.getVolatile(this);
    }

    /** @param seen an earlier {@link #count} */
    boolean isOver(long seen) {
        return (seen & 1) == 0 || count() != seen;
    }
}
