package io.turnstone.node.signaling;

import io.turnstone.node.service.Counters;
import io.turnstone.node.service.HandoverQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;

/**
 * What event loops and push gateways tell the signaling thread, in the order of each connection. Messages are limited, in all and by
 * connection; beginnings and ends of connections are not, or one would be missed.
 */
final class SipInbox {
    static final int BYTES_MAX = 1 << 24;
    /** What a message takes up besides its octets, so that empty ones are limited too. */
    static final int MESSAGE_OVERHEAD_BYTES = 128;

    private final HandoverQueue<Event> events;
    private final AtomicInteger queuedBytes = new AtomicInteger();
    private final Counters<SignalingCounter> counters;

    /** Something about a connection. */
    sealed interface Event {
        record Opened(SipConnection connection) implements Event {}

        /** A whole message. */
        @SuppressWarnings("ArrayRecordComponent") // of this event alone
        record Received(SipConnection connection, byte[] octets) implements Event {}

        /** The last event of a connection. */
        record Closed(SipConnection connection) implements Event {}

        /** The only event of a connection that was to be made here and never opened. */
        record Failed(FlowName flow) implements Event {}

        /** No event of a connection: what was asked for could not be done. */
        record PushRefused(PushNotification notification) implements Event {}
    }

    /** @param wakeUp ends the signaling thread's pause */
    SipInbox(Counters<SignalingCounter> counters, Runnable wakeUp) {
        this.counters = counters;
        this.events = new HandoverQueue<>(wakeUp);
    }

    void opened(SipConnection connection) {
        events.add(new Event.Opened(connection));
    }

    void failed(FlowName flow) {
        events.add(new Event.Failed(flow));
    }

    void pushRefused(PushNotification notification) {
        events.add(new Event.PushRefused(notification));
    }

    void closed(SipConnection connection) {
        events.add(new Event.Closed(connection));
    }

    /** @param buffer copied before this returns; dropped and counted where too much waits */
    void received(SipConnection connection, DirectBuffer buffer, int offset, int length) {
        int bytes = length + MESSAGE_OVERHEAD_BYTES;
        if (!connection.enterQueue(bytes)) {
            counters.add(SignalingCounter.CONNECTION_QUEUE_FULL);
        } else if (queuedBytes.addAndGet(bytes) > BYTES_MAX) {
            leave(connection, bytes);
            counters.add(SignalingCounter.QUEUE_FULL);
        } else {
            byte[] octets = new byte[length];
            buffer.getBytes(offset, octets);
            events.add(new Event.Received(connection, octets));
        }
    }

    private void leave(SipConnection connection, int bytes) {
        queuedBytes.addAndGet(-bytes);
        connection.leaveQueue(bytes);
    }

    /** Hands over what has come. The signaling thread. */
    int drain(int limit, Consumer<Event> handler) {
        return events.drain(limit, event -> {
            if (event instanceof Event.Received received) {
                leave(received.connection(), received.octets().length + MESSAGE_OVERHEAD_BYTES);
            }
            handler.accept(event);
        });
    }
}
