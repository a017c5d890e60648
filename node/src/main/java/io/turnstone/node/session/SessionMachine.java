package io.turnstone.node.session;

import java.util.List;
import java.util.Optional;

/**
 * What a session decides: commands and the time go in, effects come out. Pure; run by {@link SignalingSessionActor} on the
 * control thread.
 */
public sealed interface SessionMachine permits Call, RoomSession {
    /** Of a session that nothing is known of yet. */
    static SessionMachine of(SessionName name) {
        return switch (name.kind()) {
            case CALL -> new Call(name.name());
            case ROOM -> new RoomSession(name.name());
        };
    }

    /** @param nowMs epoch milliseconds */
    List<SessionEffect> handle(SessionCommand command, long nowMs);

    /** What it is to be told where its shard moves to, so that it goes on there; empty if nothing is lost. */
    Optional<SessionCommand.Telling> state();
}
