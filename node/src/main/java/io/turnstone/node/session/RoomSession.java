package io.turnstone.node.session;

import io.turnstone.node.rooms.Room;
import io.turnstone.node.rooms.RoomCommand;
import io.turnstone.node.rooms.RoomEffect;
import java.util.List;
import java.util.Optional;

/** A {@link Room} as one of the sessions. What is meant for a call it does not hear. One thread. */
public final class RoomSession implements SessionMachine {
    private final String name;
    private final Room room = new Room();

    /** @param name of the room, as clients call it */
    RoomSession(String name) {
        this.name = name;
    }

    @Override
    public List<SessionEffect> handle(SessionCommand command, long nowMs) {
        return switch (command) {
            case RoomTelling(RoomCommand telling) -> tell(telling, nowMs);
            case SessionCommand.NodeEnded(long node) -> tell(new RoomCommand.NodeLost(node), nowMs);
            case SessionCommand.Wake _ -> tell(new RoomCommand.Wake(), nowMs);
            case SessionCommand.Revoked _,CallCommand _ -> List.of();
        };
    }

    private List<SessionEffect> tell(RoomCommand command, long nowMs) {
        return room.handle(command, nowMs).stream().map(this::effect).toList();
    }

    private SessionEffect effect(RoomEffect effect) {
        return switch (effect) {
            case RoomEffect.Tell tell ->
                new SessionEffect.Tell(tell.node(), new SessionNotice.RoomTold(name, tell.news()));
            case RoomEffect.WakeAt(long deadlineMs) -> new SessionEffect.WakeAt(deadlineMs);
            case RoomEffect.Stop _ -> new SessionEffect.Stop();
        };
    }

    /** Where its shard moves, the nodes of its members tell it all. */
    @Override
    public Optional<SessionCommand.Telling> state() {
        return Optional.empty();
    }
}
