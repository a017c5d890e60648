package io.turnstone.node.signaling;

import io.turnstone.node.service.Counters;
import io.turnstone.node.service.HandoverQueue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;

/**
 * What the signaling thread is told of other nodes, in order. The control thread tells; the octets of messages that wait are
 * limited, what is told about the nodes themselves is not.
 */
public final class PeerInbox {
    static final int BYTES_MAX = 1 << 24;

    private final HandoverQueue<Event> events;
    private final AtomicInteger queuedBytes = new AtomicInteger();
    private final Counters<SignalingCounter> counters;

    /** Something about another node. */
    sealed interface Event {
        record Joined(long node, boolean sharesPresence) implements Event {}

        record Left(long node) implements Event {}

        /** Who takes part in decisions, and who is heard; this node perhaps among them. */
        record Judged(Set<Long> live, Set<Long> heard) implements Event {}

        @SuppressWarnings("ArrayRecordComponent") // of this event alone
        record Received(long node, byte[] message) implements Event {}

        /** The node could not be told. */
        @SuppressWarnings("ArrayRecordComponent") // of this event alone
        record Unsent(long node, byte[] message) implements Event {}
    }

    /** @param wakeUp ends the signaling thread's pause */
    PeerInbox(Counters<SignalingCounter> counters, Runnable wakeUp) {
        this.counters = counters;
        this.events = new HandoverQueue<>(wakeUp);
    }

    /**
     * A node has joined that serves SIP, or is met again.
     *
     * @param sharesPresence whether it knows what users publish, and who watches them
     */
    public void joined(long node, boolean sharesPresence) {
        events.add(new Event.Joined(node, sharesPresence));
    }

    /** Nothing is sent to the node any more. */
    public void left(long node) {
        events.add(new Event.Left(node));
    }

    /**
     * Replaces what was said before.
     *
     * @param live the nodes that take part in decisions, this node among them unless it is about to end
     * @param heard the nodes whose flows can be used, live or not
     */
    public void judged(Set<Long> live, Set<Long> heard) {
        events.add(new Event.Judged(Set.copyOf(live), Set.copyOf(heard)));
    }

    /** @param buffer copied before this returns; dropped and counted where too much waits */
    public void received(long node, DirectBuffer buffer, int offset, int length) {
        if (queuedBytes.addAndGet(length) > BYTES_MAX) {
            queuedBytes.addAndGet(-length);
            counters.add(SignalingCounter.PEER_DROPPED);
            return;
        }
        byte[] message = new byte[length];
        buffer.getBytes(offset, message);
        events.add(new Event.Received(node, message));
    }

    /** Gives a message back that {@link PeerLink#send} has taken. */
    public void unsent(long node, byte[] message) {
        events.add(new Event.Unsent(node, message));
    }

    /** Hands over what has come. The signaling thread. */
    int drain(int limit, Consumer<Event> handler) {
        return events.drain(limit, event -> {
            if (event instanceof Event.Received received) {
                queuedBytes.addAndGet(-received.message().length);
            }
            handler.accept(event);
        });
    }
}
