package io.turnstone.node.rooms;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.turnstone.node.auth.WebAuthenticator;
import io.turnstone.node.service.Counters;
import io.turnstone.node.transport.stream.StreamFlow;
import io.turnstone.node.transport.stream.StreamHandler;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.UnsafeBuffer;

/** The duty cycle of the rooms' thread, which owns the clients of this node that are in rooms, or want to be. */
public final class RoomAgent implements Agent {
    private static final int EVENTS_PER_TURN = 256;

    private final LongSupplier clockMs;
    private final Counters<RoomCounter> counters = new Counters<>(RoomCounter.class);
    private final RoomInbox inbox;
    private final RoomStreams streams;
    private final Long2ObjectHashMap<StreamFlow> flows = new Long2ObjectHashMap<>();
    private final RoomDesk desk;
    private final Consumer<RoomInbox.Event> onEvent = this::onEvent;
    private volatile Sizes sizes = new Sizes(0, 0, 0);
    private Set<Long> heard = Set.of();
    private long nowMs;

    /** How many there were a moment ago, at this node. */
    public record Sizes(int connections, int rooms, int members) {}

    /** What clients prove themselves by, and what they get. */
    public record Access(WebAuthenticator authenticator, ResumeSecrets secrets, IceServers iceServers) {}

    /**
     * What the node lends.
     *
     * @param node incarnation of this node
     * @param clockMs epoch milliseconds that never go back
     * @param random of members' ids
     * @param wakeUp ends the rooms' thread's pause; any thread calls it
     */
    public record World(long node, RoomSessions sessions, LongSupplier clockMs, RandomGenerator random,
        Runnable wakeUp) {}

    public RoomAgent(RoomLimits limits, Access access, World world) {
        this.clockMs = world.clockMs();
        this.inbox = new RoomInbox(counters, world.wakeUp());
        this.streams = new RoomStreams(inbox, counters, limits.messageBytesMax());
        this.desk = new RoomDesk(
            new RoomDesk.Setting(world.node(), limits, access.authenticator(), access.secrets(), access.iceServers(),
                world.random()),
            new Clients(), world.sessions(), counters);
    }

    /** What connections are to tell. */
    public StreamHandler streams() {
        return streams;
    }

    /** What a room tells this node. Any thread. */
    public void onNews(String room, RoomNews news) {
        inbox.news(room, news);
    }

    /** Which nodes are heard now. One thread. */
    public void onHeard(Set<Long> nodes) {
        Set<Long> lost = new HashSet<>(heard);
        lost.removeAll(nodes);
        heard = Set.copyOf(nodes);
        if (!lost.isEmpty()) {
            inbox.add(new RoomInbox.Event.NodeLost());
        }
    }

    @Override
    public int doWork() {
        nowMs = clockMs.getAsLong();
        int work = inbox.drain(EVENTS_PER_TURN, onEvent);
        if (desk.turn(nowMs)) {
            sizes = new Sizes(desk.connections(), desk.rooms(), desk.members());
        }
        return work;
    }

    private void onEvent(RoomInbox.Event event) {
        switch (event) {
            case RoomInbox.Event.Opened(RoomInbox.RoomConnection connection) -> {
                flows.put(connection.flow().id(), connection.flow());
                desk.opened(connection.flow().id(), nowMs);
            }
            case RoomInbox.Event.Received(RoomInbox.RoomConnection connection, ClientMessage message, int _) ->
                desk.received(connection.flow().id(), message, nowMs);
            case RoomInbox.Event.Closed(RoomInbox.RoomConnection connection, boolean inOrder) -> {
                flows.remove(connection.flow().id());
                desk.closed(connection.flow().id(), inOrder, nowMs);
            }
            case RoomInbox.Event.News(String room, RoomNews news, int _) -> desk.onNews(room, news, nowMs);
            case RoomInbox.Event.NodeLost _ -> desk.onNodeLost();
        }
    }

    /** Any thread. */
    public Counters<RoomCounter> counters() {
        return counters;
    }

    /** Any thread. */
    public Sizes sizes() {
        return sizes;
    }

    @Override
    public String roleName() {
        return "rooms";
    }

    private final class Clients implements RoomClients {
        @Override
        public boolean send(long connection, String text) {
            StreamFlow flow = flows.get(connection);
            byte[] octets = text.getBytes(UTF_8);
            return flow != null && flow.send(new UnsafeBuffer(octets), 0, octets.length);
        }

        @Override
        public void close(long connection) {
            StreamFlow flow = flows.get(connection);
            if (flow != null) {
                flow.close();
            }
        }
    }
}
