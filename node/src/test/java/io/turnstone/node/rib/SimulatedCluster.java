package io.turnstone.node.rib;

import io.turnstone.node.allocation.AllocationCommand;
import io.turnstone.node.replication.Rendezvous;
import io.turnstone.protocol.net.FiveTuple;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cluster in one thread and in virtual time: everything that happens, and when, follows from the seed. Sharding is a
 * rule: of the nodes that can hear each other one runs an allocation's authority, on the other side of a partition another.
 */
final class SimulatedCluster {
    private static final long TAKEOVER_AFTER_MS = 1_500;
    /** When membership gives up the nodes that a partition hides. */
    private static final long LEAVES_AFTER_MS = 20_000;
    private static final int PAUSE_MS_MAX = 1_000;
    /** Within which a client that hears nothing repeats its request, to whichever node the balancer sends it then. */
    private static final int REPEATED_MS_MAX = 600;
    private static final int NODES_MAX = 5;
    private static final long START_MS = 1_000_000;

    private record Event(long deadlineMs, long order, Runnable task) {}

    final RandomGenerator random;
    final SimulatedNetwork network;
    final SimulatedTempo tempo;
    final SimulatedClients model = new SimulatedClients(this);
    final SimulatedPromises promises = new SimulatedPromises(this);
    final int acknowledgements;
    long nowMs = START_MS;

    private final SimulatedRequests requests;
    private final PriorityQueue<Event> events = new PriorityQueue<>(
        Comparator.comparingLong(Event::deadlineMs).thenComparingLong(Event::order));
    private final TreeMap<Long, SimulatedNode> nodes = new TreeMap<>();
    private long lastOrder;
    private long lastIncarnation;
    private long disturbedMs;
    private long partitionedMs;
    private boolean everDisturbed;
    private boolean quiet;

    SimulatedCluster(long seed, SimulatedTempo tempo) {
        this.tempo = tempo;
        random = new SplittableRandom(seed);
        requests = new SimulatedRequests(random, tempo);
        network = new SimulatedNetwork(random, this::at,
            (from, to, message) -> whenAwake(to, () -> onMessage(from, to, message)));
        acknowledgements = 1 + random.nextInt(2);
        int count = 3 + random.nextInt(2);
        for (int i = 0; i < count; i++) {
            join();
        }
        everDisturbed = false;
    }

    void at(long deadlineMs, Runnable task) {
        events.add(new Event(Math.max(deadlineMs, nowMs), lastOrder++, task));
    }

    boolean send(long from, long to, byte[] message) {
        return node(to) == null || network.send(from, to, message, nowMs);
    }

    /** What its machine does, at once unless that pauses. */
    private void whenAwake(long incarnation, Runnable task) {
        if (network.isPaused(incarnation, nowMs)) {
            at(network.pausedUntilMs(incarnation), () -> whenAwake(incarnation, task));
        } else {
            task.run();
        }
    }

    private void onMessage(long from, long to, byte[] message) {
        SimulatedNode node = node(to);
        if (node != null) {
            node.onMessage(from, message);
            if (random.nextInt(8) == 0) {
                promises.checkFib(node);
            }
        }
    }

    @Nullable
    SimulatedNode node(long incarnation) {
        return nodes.get(incarnation);
    }

    Stream<SimulatedNode> all() {
        return nodes.values().stream();
    }

    // What happens

    private void join() {
        long incarnation = ++lastIncarnation;
        SimulatedNode joined = new SimulatedNode(incarnation, Math.toIntExact(incarnation), this);
        List<SimulatedNode> others = List.copyOf(nodes.values());
        nodes.put(incarnation, joined);
        for (SimulatedNode other : others) {
            at(nowMs + random.nextInt(200), () -> introduce(joined, other));
            at(nowMs + random.nextInt(200), () -> introduce(other, joined));
        }
        tick(joined);
        disturb();
    }

    private void introduce(SimulatedNode to, SimulatedNode stranger) {
        if (!to.dead && !stranger.dead) {
            to.addPeer(stranger);
        }
    }

    private void tick(SimulatedNode node) {
        if (!node.dead) {
            node.tick();
            at(nowMs + tempo.tickMs(), () -> whenAwake(node.incarnation, () -> tick(node)));
        }
    }

    private void crash(SimulatedNode node) {
        node.dead = true;
        nodes.remove(node.incarnation);
        network.forget(incarnation -> incarnation == node.incarnation);
        disturb();
        for (SimulatedNode other : nodes.values()) {
            at(nowMs + 2_000 + random.nextInt(1_000), () -> {
                if (!other.dead) {
                    other.removePeer(node.incarnation);
                }
            });
        }
    }

    private void disturb() {
        disturbedMs = nowMs;
        everDisturbed = true;
    }

    private void partition() {
        Set<Long> side = nodes.keySet().stream().filter(node -> random.nextBoolean()).collect(Collectors.toSet());
        if (!side.isEmpty() && side.size() < nodes.size()) {
            network.partition(side);
            disturb();
            partitionedMs = nowMs;
            long thisOne = partitionedMs;
            at(nowMs + LEAVES_AFTER_MS, () -> {
                if (network.isPartitioned() && partitionedMs == thisOne) {
                    leaveEachOther();
                }
            });
        }
    }

    private void leaveEachOther() {
        for (SimulatedNode node : nodes.values()) {
            all().filter(other -> !network.connected(node.incarnation, other.incarnation))
                .forEach(other -> node.removePeer(other.incarnation));
        }
    }

    private void findEachOther() {
        for (SimulatedNode node : nodes.values()) {
            all().filter(other -> other != node && !node.knows(other))
                .forEach(other -> at(nowMs + random.nextInt(200), () -> introduce(node, other)));
        }
    }

    private void heal() {
        if (network.isPartitioned()) {
            List<List<SimulatedNode>> sides = List.copyOf(
                nodes.values()
                    .stream()
                    .collect(
                        Collectors.partitioningBy(
                            node -> network.connected(node.incarnation, nodes.firstKey())))
                    .values());
            network.heal(nowMs);
            disturb();
            findEachOther();
            sides.stream().min(Comparator.comparingInt(List::size)).orElseThrow().forEach(SimulatedNode::restartActors);
        }
    }

    private void step() {
        List<SimulatedNode> alive = List.copyOf(nodes.values());
        SimulatedNode any = alive.get(random.nextInt(alive.size()));
        SimulatedNode other = alive.get(random.nextInt(alive.size()));
        if (random.nextInt(1_000) < tempo.disturbances()) {
            disturb(any, other);
        } else if (random.nextInt(1_000) < tempo.pauses()) {
            network.pause(any.incarnation, nowMs + random.nextInt(PAUSE_MS_MAX));
        } else if (random.nextInt(5) == 0) {
            allocate(any, other);
        } else if (random.nextInt(4) == 0) {
            moveClients(any);
        } else {
            request(any);
        }
        at(nowMs + random.nextInt(tempo.stepMs()), this::stepUnlessQuiet);
    }

    private void disturb(SimulatedNode any, SimulatedNode other) {
        int dice = random.nextInt(40);
        if (dice < 4 && nodes.size() > 2) {
            crash(any);
        } else if (dice < 10 && nodes.size() < NODES_MAX && !network.isPartitioned()) {
            join();
        } else if (dice < 16 && !network.isPartitioned()) {
            partition();
        } else if (dice < 30) {
            if (nowMs - partitionedMs >= tempo.partitionMs()) {
                heal();
            }
        } else {
            network.breakStream(any.incarnation, other.incarnation);
        }
    }

    private void stepUnlessQuiet() {
        if (!quiet) {
            step();
        }
    }

    // What clients do

    /** Now and then the client's request reaches two nodes, and each mints. */
    private void allocate(SimulatedNode node, SimulatedNode other) {
        if (!node.isReady() && random.nextBoolean()) {
            return;
        }
        FiveTuple fiveTuple = requests.anyFiveTuple();
        whenAwake(node.incarnation, () -> mint(node, fiveTuple));
        if (random.nextInt(3) == 0 && other != node) {
            at(nowMs + random.nextInt(REPEATED_MS_MAX),
                () -> whenAwake(other.incarnation, () -> mint(other, fiveTuple)));
        }
    }

    private void mint(SimulatedNode node, FiveTuple fiveTuple) {
        if (node.dead || node.rib.byFiveTuple(fiveTuple).isPresent()) {
            return;
        }
        long id = Rendezvous.mix(requests.nextNumber());
        SimulatedClients.Client client = new SimulatedClients.Client(id, fiveTuple);
        model.add(client);
        AllocationCommand.Request request = requests.allocate(node, client);
        model.ask(client, request);
        node.tell(id, request);
    }

    /** The balancer brings some clients' packets to that node from now on. */
    private void moveClients(SimulatedNode to) {
        for (SimulatedClients.Client client : model.byId.values()) {
            if (random.nextInt(4) == 0) {
                to.arrivals.arrived(client.fiveTuple, client.fiveTuple.client(), nowMs);
            }
        }
    }

    private void request(SimulatedNode node) {
        List<SimulatedClients.Client> known = model.byId.values().stream().filter(model::isCounted).toList();
        if (known.isEmpty()) {
            return;
        }
        SimulatedClients.Client client = known.get(random.nextInt(known.size()));
        SimulatedNode host = authorityFor(client.id, node);
        if (host == null) {
            return;
        }
        AllocationCommand.Request request = requests.any(node, client);
        model.ask(client, request);
        host.tell(client.id, request);
    }

    /** From where the client is now. */
    void sendData(SimulatedClients.Client client) {
        SimulatedNode node = nodes.firstEntry().getValue();
        SimulatedNode host = authorityFor(client.id, node);
        if (host != null) {
            AllocationCommand.Request data = requests.data(node, client);
            model.ask(client, data);
            at(nowMs + 1, () -> tellUnlessDead(host, client.id, data));
        }
    }

    private static void tellUnlessDead(SimulatedNode host, long id, AllocationCommand command) {
        if (!host.dead) {
            host.tell(id, command);
        }
    }

    /** Where sharding would bring a request that {@code node} has heard; null while nobody may answer. */
    private @Nullable SimulatedNode authorityFor(long id, SimulatedNode node) {
        Optional<SimulatedNode> running = all()
            .filter(host -> network.connected(host.incarnation, node.incarnation) && host.authorities.containsKey(id))
            .findFirst();
        if (running.isPresent()) {
            return running.get();
        }
        boolean settled = !everDisturbed || nowMs - disturbedMs >= TAKEOVER_AFTER_MS;
        return settled && node.rib.byId(id).isPresent() ? node : null;
    }

    void onMerged(SimulatedNode node, long id) {
        SimulatedNode host = node.dead ? null : authorityFor(id, node);
        if (host != null) {
            host.tell(id, new AllocationCommand.RouteMerged());
        }
    }

    /** By then the first nodes have found each other. */
    private long calmMs() {
        return START_MS + 2 * tempo.digestMs() + 500;
    }

    /** No node has come, gone or been cut off since the first ones found each other. */
    boolean isUndisturbed() {
        return !everDisturbed && nowMs > calmMs();
    }

    // The run

    void run(long durationMs) {
        long endMs = nowMs + durationMs;
        quiet = false;
        at(Math.max(nowMs, calmMs()), this::stepUnlessQuiet);
        runUntil(endMs);
        quiet = true;
        heal();
        runUntil(nowMs + tempo.settleMs());
        promises.checkQuiet();
    }

    private void runUntil(long endMs) {
        for (Event next = events.peek(); next != null && next.deadlineMs() <= endMs; next = events.peek()) {
            events.remove();
            nowMs = next.deadlineMs();
            next.task().run();
            promises.checkSample();
        }
        nowMs = endMs;
    }
}
