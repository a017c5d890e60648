package io.turnstone.node;

import io.turnstone.config.Settings;
import io.turnstone.node.auth.BearerTokens;
import io.turnstone.node.auth.CredentialStore;
import io.turnstone.node.auth.IceUrls;
import io.turnstone.node.auth.WebAuthenticator;
import io.turnstone.node.operations.MetricSink;
import io.turnstone.node.rooms.IceServers;
import io.turnstone.node.rooms.ResumeSecrets;
import io.turnstone.node.rooms.RoomAgent;
import io.turnstone.node.rooms.RoomCommand;
import io.turnstone.node.rooms.RoomCounter;
import io.turnstone.node.rooms.RoomLimits;
import io.turnstone.node.rooms.RoomNews;
import io.turnstone.node.session.RoomTelling;
import io.turnstone.node.session.SessionName;
import io.turnstone.node.session.Sessions;
import io.turnstone.node.transport.stream.PathHandler;
import io.turnstone.node.transport.stream.StreamHandler;
import io.turnstone.node.transport.stream.StreamListener;
import io.turnstone.node.transport.stream.WebSocketPath;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agrona.concurrent.Agent;
import org.jspecify.annotations.Nullable;

/** What serves rooms in a node, on the signaling thread and by the WebSocket listeners of SIP. */
final class RoomsPart {
    private static final WebSocketPath PATH = new WebSocketPath("/v1/rooms", "turnstone.rooms.v1");

    private final RoomAgent agent;

    /**
     * @param users may join
     * @param tokens by which others may; null where none are taken
     * @param wakeUp ends the signaling thread's pause
     */
    RoomsPart(Settings settings, SignalingPart.Shared shared, CredentialStore users, @Nullable BearerTokens tokens,
        Runnable wakeUp) {
        Sessions sessions = shared.sessions();
        agent = new RoomAgent(
            limits(settings.rooms()),
            new RoomAgent.Access(
                new WebAuthenticator(users, tokens), new ResumeSecrets(shared.keys()), iceServers(settings)),
            new RoomAgent.World(
                shared.incarnation(), (room, command) -> tell(sessions, room, command), shared.clockMs(),
                shared.random(), wakeUp));
    }

    private static void tell(Sessions sessions, String room, RoomCommand command) {
        sessions.tell(SessionName.room(room), new RoomTelling(command));
    }

    private static RoomLimits limits(Settings.Rooms rooms) {
        return new RoomLimits(
            rooms.membersMaximum(),
            rooms.perUserMaximum(),
            (int) rooms.messageMaximum().bytes(),
            rooms.messagesPerSecond(),
            rooms.grace().toMillis());
    }

    /** Only where it is said what clients are to use, and there is something to make credentials with. */
    private static IceServers iceServers(Settings settings) {
        Settings.Doors doors = settings.doors();
        return doors.urls().isEmpty() || settings.auth().sharedSecrets().isEmpty()
            ? IceServers.NONE
            : IceServers.of(
                DoorParts.issuer(settings), new IceUrls(doors.urls()),
                doors.defaultLifetime().toSeconds());
    }

    Agent agent() {
        return agent;
    }

    StreamListener on(StreamListener listener) {
        return listener.withPaths(List.of(PATH));
    }

    /** @param others takes what comes by any other path */
    StreamHandler handler(StreamHandler others) {
        return new PathHandler(others, Map.of(PATH.path(), agent.streams()));
    }

    /** What a room tells this node. Any thread. */
    void onNews(String room, RoomNews news) {
        agent.onNews(room, news);
    }

    /** Control thread. */
    void onHeard(Set<Long> nodes) {
        agent.onHeard(nodes);
    }

    /** Any thread. */
    void collect(MetricSink sink) {
        RoomAgent.Sizes sizes = agent.sizes();
        sink.gauge("rooms", "Rooms with members by this node.", sizes.rooms());
        sink.gauge("room_members", "Members of rooms by this node.", sizes.members());
        sink.gauge("room_connections", "Connections of clients that are in rooms, or about to be.",
            sizes.connections());
        sink.counters("rooms", RoomCounter.values(), RoomCounter::meaning, agent.counters()::get);
    }
}
