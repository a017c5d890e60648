package io.turnstone.node.rooms;

import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.node.auth.CredentialIssuer;
import io.turnstone.node.auth.CredentialStore;
import io.turnstone.node.auth.IceUrls;
import io.turnstone.node.auth.RestSecrets;
import io.turnstone.node.auth.WebAuthenticator;
import io.turnstone.node.service.Counters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The desks of several nodes, numbered from 1, and the rooms between them, in virtual time. A room is at one node; when
 * that is killed, what it is told waits until it is somewhere else. Messages keep their order.
 */
final class RoomNetwork {
    static final RoomLimits LIMITS = new RoomLimits(5, 3, 8_192, 50, 10_000);
    static final RestSecrets SHARED_SECRETS = new RestSecrets(List.of("shared"), ':');
    private static final long START_MS = 1_700_000_000_000L;
    private static final long ELSEWHERE_AFTER_MS = 2_000;
    private static final long STEP_MS = 50;

    private final RoomLimits limits;
    private final Random random;
    private final Map<Long, Node> nodes = new LinkedHashMap<>();
    private final Map<String, Hosted> rooms = new HashMap<>();
    private final Deque<Runnable> wire = new ArrayDeque<>();
    private BooleanSupplier losing = () -> false;
    private IceServers iceServers = IceServers.NONE;
    private long nowMs = START_MS;
    private long lastConnection;

    /** A node with its clients, by connection. */
    private static final class Node implements RoomClients {
        private final Map<Long, RoomClient> clients = new HashMap<>();
        private final Counters<RoomCounter> counters = new Counters<>(RoomCounter.class);
        private @Nullable RoomDesk desk;

        @Override
        public boolean send(long connection, String text) {
            RoomClient client = clients.get(connection);
            return client != null && client.receive(text);
        }

        @Override
        public void close(long connection) {
            RoomClient client = clients.remove(connection);
            if (client != null) {
                client.ended();
            }
        }

        RoomDesk desk() {
            if (desk == null) {
                throw new AssertionError("the node was killed");
            }
            return desk;
        }
    }

    /** Where a room is, and what it is to be told there. */
    private static final class Hosted {
        private long node;
        private Room room = new Room();
        private long wakeMs = Long.MAX_VALUE;
        private long nowhereUntilMs;
        private final List<RoomCommand> waiting = new ArrayList<>();
    }

    RoomNetwork(int count) {
        this(count, LIMITS, 1);
    }

    RoomNetwork(int count, RoomLimits limits, long seed) {
        this.limits = limits;
        this.random = new Random(seed);
        for (long node = 1; node <= count; node++) {
            nodes.put(node, new Node());
        }
        nodes.forEach((number, node) -> node.desk = desk(number, node));
    }

    private RoomDesk desk(long number, Node node) {
        Map<String, String> users = new HashMap<>();
        List.of("alice", "bob", "carol", "dave", "eve", "frank").forEach(user -> users.put(user, user + "'s"));
        WebAuthenticator authenticator = new WebAuthenticator(
            new CredentialStore("turnstone", users, SHARED_SECRETS), null);
        ResumeSecrets secrets = new ResumeSecrets(ClusterKeys.ofSecrets(List.of("a secret of the cluster")));
        return new RoomDesk(new RoomDesk.Setting(number, limits, authenticator, secrets, iceServers, random), node,
            (room, command) -> carry(() -> toRoom(number, room, command)), node.counters);
    }

    /** Members get credentials from now on, at nodes that have no clients yet. */
    void giveIceServers() {
        iceServers = IceServers.of(
            new CredentialIssuer(SHARED_SECRETS),
            new IceUrls(List.of("stun:192.0.2.1:3478", "turn:192.0.2.1:3478?transport=udp")), 3_600);
        nodes.forEach((number, node) -> node.desk = desk(number, node));
    }

    /** Messages are lost from now on where that says so. */
    void lose(BooleanSupplier judge) {
        losing = judge;
    }

    private void carry(Runnable message) {
        if (!losing.getAsBoolean()) {
            wire.add(message);
        }
    }

    private void toRoom(long sender, String name, RoomCommand command) {
        if (!isAlive(sender)) {
            return;
        }
        Hosted hosted = rooms.computeIfAbsent(name, _ -> new Hosted());
        if (hosted.node == 0 && nowMs >= hosted.nowhereUntilMs) {
            begin(name, hosted, sender);
        }
        if (hosted.node == 0) {
            hosted.waiting.add(command);
        } else {
            handle(name, hosted, command);
        }
    }

    private void begin(String name, Hosted hosted, long node) {
        hosted.node = node;
        hosted.room = new Room();
        List<RoomCommand> waiting = List.copyOf(hosted.waiting);
        hosted.waiting.clear();
        waiting.forEach(command -> handle(name, hosted, command));
    }

    private void handle(String name, Hosted hosted, RoomCommand command) {
        for (RoomEffect effect : hosted.room.handle(command, nowMs)) {
            switch (effect) {
                case RoomEffect.Tell(long node, RoomNews news) -> carry(() -> toDesk(node, name, news));
                case RoomEffect.WakeAt(long deadlineMs) -> hosted.wakeMs = deadlineMs;
                case RoomEffect.Stop _ -> rooms.remove(name);
            }
        }
    }

    private void toDesk(long node, String room, RoomNews news) {
        if (isAlive(node)) {
            node(node).desk().onNews(room, news, nowMs);
        }
    }

    private Node node(long number) {
        Node node = nodes.get(number);
        if (node == null) {
            throw new AssertionError("there is no node " + number);
        }
        return node;
    }

    boolean isAlive(long number) {
        return node(number).desk != null;
    }

    long nowMs() {
        return nowMs;
    }

    Counters<RoomCounter> counters(long node) {
        return node(node).counters;
    }

    int members(long node) {
        return node(node).desk().members();
    }

    int rooms(long node) {
        return node(node).desk().rooms();
    }

    boolean hasRoom(String name) {
        return rooms.containsKey(name);
    }

    /** Where a room is. */
    long nodeOf(String name) {
        Hosted hosted = rooms.get(name);
        return hosted == null ? 0 : hosted.node;
    }

    /** A new connection to a node. */
    RoomClient connect(long number) {
        long connection = ++lastConnection;
        RoomClient client = new RoomClient(this, number, connection);
        node(number).clients.put(connection, client);
        node(number).desk().opened(connection, nowMs);
        return client;
    }

    void say(long number, long connection, String text) {
        if (isAlive(number)) {
            node(number).desk().received(connection, ClientMessage.read(text), nowMs);
            settle();
        }
    }

    /** The connection ends. */
    void end(long number, long connection, boolean inOrder) {
        node(number).clients.remove(connection);
        if (isAlive(number)) {
            node(number).desk().closed(connection, inOrder, nowMs);
            settle();
        }
    }

    /** The node ends without a word, and the others see that it is silent. */
    void kill(long number) {
        node(number).desk = null;
        List.copyOf(node(number).clients.values()).forEach(RoomClient::ended);
        node(number).clients.clear();
        for (Hosted hosted : rooms.values()) {
            if (hosted.node == number) {
                hosted.node = 0;
                hosted.wakeMs = Long.MAX_VALUE;
                hosted.nowhereUntilMs = nowMs + ELSEWHERE_AFTER_MS;
            }
        }
        List.copyOf(rooms.keySet()).forEach(name -> {
            Hosted hosted = rooms.get(name);
            if (hosted != null && hosted.node != 0) {
                handle(name, hosted, new RoomCommand.NodeLost(number));
            }
        });
        forEachDesk(RoomDesk::onNodeLost);
        settle();
    }

    private void forEachDesk(Consumer<RoomDesk> action) {
        for (Node node : nodes.values()) {
            if (node.desk != null) {
                action.accept(node.desk);
            }
        }
    }

    /** Carries out all that follows at once from what has happened. */
    void settle() {
        forEachDesk(desk -> desk.turn(nowMs));
        for (Runnable message = wire.poll(); message != null; message = wire.poll()) {
            message.run();
            if (wire.isEmpty()) {
                forEachDesk(desk -> desk.turn(nowMs));
            }
        }
    }

    void pass(long durationMs) {
        long endMs = nowMs + durationMs;
        while (nowMs < endMs) {
            nowMs = Math.min(endMs, nowMs + STEP_MS);
            List.copyOf(rooms.keySet()).forEach(this::look);
            settle();
        }
    }

    /** Lets time pass until something holds. */
    void await(Supplier<Boolean> condition, long withinMs) {
        long endMs = nowMs + withinMs;
        while (!condition.get()) {
            if (nowMs >= endMs) {
                throw new AssertionError("it does not hold after " + withinMs + " ms");
            }
            pass(STEP_MS);
        }
    }

    private void look(String name) {
        Hosted hosted = rooms.get(name);
        if (hosted == null) {
            return;
        }
        if (hosted.node == 0 && nowMs >= hosted.nowhereUntilMs && !hosted.waiting.isEmpty()) {
            begin(name, hosted, nodes.keySet().stream().filter(this::isAlive).findFirst().orElseThrow());
        }
        if (hosted.node != 0 && nowMs >= hosted.wakeMs) {
            hosted.wakeMs = Long.MAX_VALUE;
            handle(name, hosted, new RoomCommand.Wake());
        }
    }
}
