package io.turnstone.node.rooms;

import io.turnstone.node.service.Counters;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What members say to each other, at the node of either. The sender's node holds it until the receiver's node says that it
 * has reached its client's connection: a message survives the room and its node, and waits for a receiver that is coming
 * back. The rooms' thread.
 */
final class RoomPost {
    /** What is not acknowledged after that is sent again. */
    static final long AGAIN_MS = 1_000;
    /** What is not acknowledged after that is given up. */
    static final long HELD_MS = TimeUnit.SECONDS.toMillis(30);

    private final long node;
    private final RoomClients clients;
    private final RoomSessions sessions;
    private final Counters<RoomCounter> counters;

    /** @param node incarnation of this node */
    RoomPost(long node, RoomClients clients, RoomSessions sessions, Counters<RoomCounter> counters) {
        this.node = node;
        this.clients = clients;
        this.sessions = sessions;
        this.counters = counters;
    }

    /** A client's message for another member. */
    void send(LocalRoom room, LocalMember from, ClientMessage.ToMember message, long nowMs) {
        if (!room.has(message.to())) {
            error(from, RoomError.NO_SUCH_MEMBER, message.type(), message.to());
            return;
        }
        Letter letter = from.hold(message, nowMs);
        if (letter == null) {
            counters.add(RoomCounter.QUEUE_FULL);
            error(from, RoomError.QUEUE_FULL, message.type(), message.to());
        } else {
            counters.add(RoomCounter.SENT);
            say(room, letter);
        }
    }

    private void say(LocalRoom room, Letter letter) {
        sessions.tell(room.name(), new RoomCommand.Say(node, letter));
    }

    private void error(LocalMember from, RoomError error, String about, String to) {
        clients.send(from.connection(), ServerMessages.error(error, about, to));
    }

    /** The room passes on what another member said. */
    void deliver(LocalRoom room, Letter letter) {
        LocalMember to = room.member(letter.to());
        if (to == null || !to.isPresent()) {
            return;
        }
        boolean received = to.hasReceived(letter);
        if (!received && to.isNext(letter) && clients.send(to.connection(), letter.text())) {
            to.received(letter);
            counters.add(RoomCounter.DELIVERED);
            received = true;
        }
        if (received) {
            sessions.tell(room.name(), new RoomCommand.Received(letter.receipt()));
        }
    }

    void acknowledged(LocalRoom room, Receipt receipt) {
        LocalMember from = sender(room, receipt);
        if (from != null) {
            from.release(receipt);
        }
    }

    void undeliverable(LocalRoom room, Receipt receipt) {
        LocalMember from = sender(room, receipt);
        if (from != null) {
            undelivered(from, receipt.to(), from.release(receipt));
        }
    }

    private static @Nullable LocalMember sender(LocalRoom room, Receipt receipt) {
        LocalMember from = room.member(receipt.from());
        return from == null || from.claim() != receipt.claim() ? null : from;
    }

    private void undelivered(LocalMember from, String to, List<Lane.Held> messages) {
        for (Lane.Held message : messages) {
            counters.add(RoomCounter.UNDELIVERED);
            error(from, RoomError.UNDELIVERABLE, message.type(), to);
        }
    }

    /** The other one is not in the room any more. */
    void left(LocalMember member, String other) {
        undelivered(member, other, member.forget(other));
    }

    /** The other one has come back by another node, which knows nothing of what its client got before. */
    void moved(LocalRoom room, LocalMember member, String other, long nowMs) {
        Lane lane = member.lane(other);
        if (lane != null) {
            again(room, lane, nowMs);
        }
    }

    private void again(LocalRoom room, Lane lane, long nowMs) {
        lane.sendAgain(letter -> {
            counters.add(RoomCounter.SENT_AGAIN);
            say(room, letter);
        }, nowMs);
    }

    /** Does what is due for one member. */
    void lookAfter(LocalRoom room, LocalMember member, long nowMs) {
        for (Lane lane : member.lanes()) {
            undelivered(member, lane.to(), member.releaseOlder(lane, nowMs - HELD_MS));
            if (nowMs - lane.sentMs() >= AGAIN_MS) {
                again(room, lane, nowMs);
            }
        }
    }
}
