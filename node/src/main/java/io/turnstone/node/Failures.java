package io.turnstone.node;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.agrona.ErrorHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes wrong on the node's own threads. An exception is the environment's fault: it is logged, at most once a second,
 * and the thread goes on. An {@link Error} is our own: the thread ends and the node is not healthy any more. Any thread.
 */
final class Failures implements ErrorHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
    private static final long LOG_AGAIN_AFTER_MS = 1_000;

    private final LongSupplier clockMs;
    private final List<String> fatal = new CopyOnWriteArrayList<>();
    private volatile long loggedMs = Long.MIN_VALUE / 2;

    Failures(LongSupplier clockMs) {
        this.clockMs = clockMs;
    }

    @Override
    public void onError(Throwable failure) {
        String thread = Thread.currentThread().getName();
        if (failure instanceof Error ours) {
            fatal.add(thread + " stopped: " + ours);
            LOG.error("{} stops", thread, ours);
            throw ours;
        }
        long nowMs = clockMs.getAsLong();
        if (nowMs - loggedMs >= LOG_AGAIN_AFTER_MS) {
            loggedMs = nowMs;
            LOG.error("{} goes on after a failure", thread, failure);
        }
    }

    /** Why the process should be replaced; empty while it is well. */
    List<String> fatal() {
        return fatal;
    }
}
