package io.turnstone.node.signaling;

import io.turnstone.node.service.Counters;
import io.turnstone.node.transport.stream.StreamFlow;
import io.turnstone.protocol.sip.SipFramer;
import io.turnstone.protocol.sip.SipLimits;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A flow as signaling sees it: its name, and what of a message has come so far. Its event loop calls {@link #received}; any
 * thread the rest.
 */
final class SipConnection implements SipStreamReader.Sink {
    private static final long NOT_INCOMPLETE = Long.MAX_VALUE;
    /** What one connection may have waiting for the signaling thread: some of the longest messages, many usual ones. */
    private static final int QUEUED_BYTES_MAX = 1 << 18;
    private static final DirectBuffer PONG = new UnsafeBuffer("\r\n".getBytes(StandardCharsets.US_ASCII));

    private final Arrival arrival;
    private final StreamFlow flow;
    private final SipInbox inbox;
    private final Counters<SignalingCounter> counters;
    private final AtomicInteger queuedBytes = new AtomicInteger();
    private final @Nullable SipStreamReader reader;
    private volatile long incompleteSinceMs = NOT_INCOMPLETE;
    private boolean progressed;

    SipConnection(Arrival arrival, StreamFlow flow, SipInbox inbox, Counters<SignalingCounter> counters,
        SipLimits limits) {
        this.arrival = arrival;
        this.flow = flow;
        this.inbox = inbox;
        this.counters = counters;
        this.reader = flow.transport().isWebSocket() ? null : new SipStreamReader(limits, this);
    }

    Arrival arrival() {
        return arrival;
    }

    StreamFlow flow() {
        return flow;
    }

    /** A message of a WebSocket (RFC 7118 §5), or octets of a stream. */
    void received(DirectBuffer buffer, int offset, int length, long nowMs) {
        if (reader == null) {
            receivedMessage(buffer, offset, length);
            return;
        }
        progressed = false;
        if (!reader.read(buffer, offset, length)) {
            counters.add(SignalingCounter.STREAM_BROKEN);
            flow.close();
        }
        if (!reader.isIncomplete()) {
            incompleteSinceMs = NOT_INCOMPLETE;
        } else if (progressed || incompleteSinceMs == NOT_INCOMPLETE) {
            incompleteSinceMs = nowMs;
        }
    }

    private void receivedMessage(DirectBuffer buffer, int offset, int length) {
        if (SipFramer.isPing(buffer, offset, length)) {
            onPing();
        } else {
            onMessage(buffer, offset, length);
        }
    }

    @Override
    public void onMessage(DirectBuffer buffer, int offset, int length) {
        progressed = true;
        inbox.received(this, buffer, offset, length);
    }

    @Override
    public void onPing() {
        progressed = true;
        counters.add(SignalingCounter.KEEP_ALIVE);
        flow.send(PONG, 0, PONG.capacity());
    }

    /** Whether a message began before then and is still not whole. */
    boolean isIncompleteSince(long ms) {
        return incompleteSinceMs <= ms;
    }

    /** @return false if so much of it waits that this must not; otherwise {@link #leaveQueue} follows */
    boolean enterQueue(int bytes) {
        if (queuedBytes.addAndGet(bytes) > QUEUED_BYTES_MAX) {
            queuedBytes.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void leaveQueue(int bytes) {
        queuedBytes.addAndGet(-bytes);
    }
}
