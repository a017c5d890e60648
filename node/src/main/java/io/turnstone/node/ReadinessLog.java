package io.turnstone.node;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log when the node becomes ready, when it ceases to be, and now and then what it waits for. Control thread. */
final class ReadinessLog {
    private static final Logger LOG = LoggerFactory.getLogger(ReadinessLog.class);
    private static final long REMIND_MS = 5_000;

    private final long startMs;
    private boolean ready;
    private long sinceMs;
    private long remindMs;

    /** @param startMs of the process, on the clock that {@link #look} is given */
    ReadinessLog(long startMs) {
        this.startMs = startMs;
        this.sinceMs = startMs;
        this.remindMs = startMs + REMIND_MS;
    }

    /** @param missing why the node is not ready; empty = it is */
    void look(List<String> missing, long nowMs) {
        if (missing.isEmpty() != ready) {
            ready = !ready;
            if (ready) {
                tellReady(nowMs);
            } else {
                LOG.info("Not ready any more: {}", missing);
            }
            sinceMs = nowMs;
            remindMs = nowMs + REMIND_MS;
        } else if (!ready && nowMs >= remindMs) {
            LOG.info("Not ready for {} s: {}", TimeUnit.MILLISECONDS.toSeconds(nowMs - sinceMs), missing);
            remindMs = nowMs + REMIND_MS;
        }
    }

    private void tellReady(long nowMs) {
        if (sinceMs == startMs) {
            LOG.info("Ready, {} ms after the start of the process", nowMs - startMs);
        } else {
            LOG.info("Ready again, after {} ms", nowMs - sinceMs);
        }
    }
}
