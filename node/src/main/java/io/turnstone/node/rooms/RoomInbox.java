package io.turnstone.node.rooms;

import io.turnstone.node.service.Counters;
import io.turnstone.node.service.HandoverQueue;
import io.turnstone.node.transport.stream.StreamFlow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * What other threads tell the rooms' thread, in the order of each. What clients say and what rooms tell is limited; the
 * beginnings and ends of connections are not, or one would be missed.
 */
final class RoomInbox {
    static final int OCTETS_MAX = 1 << 24;
    /** What one connection may have waiting. */
    static final int CONNECTION_OCTETS_MAX = 1 << 18;
    /** What an event takes up besides its text. */
    static final int OVERHEAD_OCTETS = 256;

    private final HandoverQueue<Event> events;
    private final AtomicInteger queued = new AtomicInteger();
    private final Counters<RoomCounter> counters;

    /** Something that the rooms' thread is told. */
    sealed interface Event {
        record Opened(RoomConnection connection) implements Event {}

        /** @param octets that it was counted with */
        record Received(RoomConnection connection, ClientMessage message, int octets) implements Event {}

        /** The last event of a connection. */
        record Closed(RoomConnection connection, boolean inOrder) implements Event {}

        /** @param octets that it was counted with */
        record News(String room, RoomNews news, int octets) implements Event {}

        record NodeLost() implements Event {}
    }

    /** A connection, and how much of it waits here. */
    record RoomConnection(StreamFlow flow, AtomicInteger queued) {}

    /** @param wakeUp ends the rooms' thread's pause */
    RoomInbox(Counters<RoomCounter> counters, Runnable wakeUp) {
        this.counters = counters;
        this.events = new HandoverQueue<>(wakeUp);
    }

    /** An event that must not be missed. Any thread. */
    void add(Event event) {
        events.add(event);
    }

    /** Any thread; false if too much of that connection, or in all, waits already. */
    boolean received(RoomConnection connection, ClientMessage message, int length) {
        int octets = length + OVERHEAD_OCTETS;
        if (!enter(connection.queued(), octets, CONNECTION_OCTETS_MAX)) {
            return false;
        }
        if (!enter(queued, octets, OCTETS_MAX)) {
            connection.queued().addAndGet(-octets);
            return false;
        }
        add(new Event.Received(connection, message, octets));
        return true;
    }

    /** Any thread; dropped and counted where too much waits: whoever said it says it again. */
    void news(String room, RoomNews news) {
        int octets = OVERHEAD_OCTETS
            + (news instanceof RoomNews.Deliver(Letter letter) ? letter.text().length() : 0);
        if (enter(queued, octets, OCTETS_MAX)) {
            add(new Event.News(room, news, octets));
        } else {
            counters.add(RoomCounter.NEWS_DROPPED);
        }
    }

    private static boolean enter(AtomicInteger count, int octets, int max) {
        if (count.addAndGet(octets) > max) {
            count.addAndGet(-octets);
            return false;
        }
        return true;
    }

    /** Hands over what has come; returns how much. The rooms' thread. */
    int drain(int limit, Consumer<Event> handler) {
        return events.drain(limit, event -> {
            leave(event);
            handler.accept(event);
        });
    }

    private void leave(Event event) {
        if (event instanceof Event.Received received) {
            received.connection().queued().addAndGet(-received.octets());
            queued.addAndGet(-received.octets());
        } else if (event instanceof Event.News news) {
            queued.addAndGet(-news.octets());
        }
    }
}
