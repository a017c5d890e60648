package io.turnstone.node.rib;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.net.TransportAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Two to five nodes that share the ports of one address, in one thread and in virtual time: they come, die, come back under
 * their address, lose each other and meet again. What happens, and when, follows from the seed.
 */
final class SimulatedSliceCluster {
    private static final long RUN_MS = 120_000;
    private static final long START_INTERVAL_MS = 500;

    /** Who gave ports of a slice away last, and until when nobody else may. */
    private record Use(long holder, long restsUntilMs) {}

    private record Event(long atMs, long order, Runnable task) {}

    final RandomGenerator random;
    private final PriorityQueue<Event> events = new PriorityQueue<>(
        Comparator.comparingLong(Event::atMs).thenComparingLong(Event::order));
    private final TreeMap<Long, SimulatedSliceMember> alive = new TreeMap<>();
    private final Map<TransportAddress, Long> allocations = new HashMap<>();
    private final Map<PortSlice, Use> uses = new HashMap<>();
    private final List<SimulatedSliceMember> dead = new ArrayList<>();
    private final Set<Long> side = new TreeSet<>();
    long nowMs = 1_000_000;
    long order;
    long nextTag;
    long nextId = 1;

    SimulatedSliceCluster(long seed) {
        random = new SplittableRandom(seed);
        int count = 2 + random.nextInt(4);
        for (int name = 0; name < count; name++) {
            int next = name;
            events.add(new Event(nowMs + name * START_INTERVAL_MS, order++, () -> start(next)));
        }
    }

    void after(int ms, Runnable task) {
        events.add(new Event(nowMs + random.nextInt(ms) + 1, order++, task));
    }

    boolean isPartitioned() {
        return !side.isEmpty();
    }

    boolean connected(SimulatedSliceMember one, SimulatedSliceMember other) {
        return !one.dead && !other.dead && side.contains(one.id) == side.contains(other.id);
    }

    private void start(int name) {
        SimulatedSliceMember member = new SimulatedSliceMember(this, nextId++, name);
        alive.put(member.id, member);
        allocations.keySet().forEach(member::learn);
        comeBack(member);
        tick(member);
    }

    /** Into the cluster of those; whoever was under its name has ended. */
    private void join(SimulatedSliceMember member, List<SimulatedSliceMember> cluster) {
        member.up = true;
        member.members.add(member);
        member.slices.up();
        for (SimulatedSliceMember other : cluster) {
            if (other != member && connected(member, other)) {
                meet(member, other);
                meet(other, member);
                member.read(other);
            }
        }
    }

    private void meet(SimulatedSliceMember member, SimulatedSliceMember other) {
        member.members.add(other);
        member.slices.joined(other.id);
        ended(other.name, other.id).forEach(member.slices::ended);
    }

    private List<Long> ended(int name, long id) {
        return dead.stream().filter(gone -> gone.name == name && gone.id != id).map(gone -> gone.id).toList();
    }

    private void tick(SimulatedSliceMember member) {
        if (!member.dead) {
            member.tick();
            after(100, () -> tick(member));
        }
    }

    void allocated(SimulatedSliceMember member, TransportAddress relayed) {
        Long other = allocations.put(relayed, member.id);
        assertThat(other).as("who has %s already when node %d gives it away", relayed, member.id).isNull();
        long endMs = nowMs + 1 + random.nextLong(SimulatedSliceMember.LIFETIME_MS);
        use(PortSlice.of(relayed), member.id, endMs + SimulatedSliceMember.REST_MS);
        for (SimulatedSliceMember each : alive.values()) {
            if (connected(member, each)) {
                each.learn(relayed);
            }
        }
        events.add(new Event(endMs, order++, () -> {
            allocations.remove(relayed);
            alive.values().forEach(each -> each.forget(relayed));
        }));
    }

    /** Nobody gives away a port of a slice while another's port in it is used or rests, whatever else would hinder it. */
    private void use(PortSlice slice, long holder, long untilMs) {
        uses.merge(slice, new Use(holder, untilMs), (before, now) -> {
            assertThat(before.holder() == holder || before.restsUntilMs() <= nowMs)
                .as("%s is node %d's until it has rested, when node %d gives ports of it away", slice,
                    before.holder(), holder)
                .isTrue();
            return before.restsUntilMs() > now.restsUntilMs() ? before : now;
        });
    }

    private void crash(SimulatedSliceMember member) {
        member.dead = true;
        alive.remove(member.id);
        if (alive.isEmpty()) {
            // Nobody is left who could know of them.
            allocations.clear();
        }
        dead.add(member);
        after(2_000, () -> judge(member));
        after(10_000, () -> start(member.name));
    }

    /** The rest goes on if it is a majority, or the other one of two. */
    private void judge(SimulatedSliceMember gone) {
        List<SimulatedSliceMember> rest = alive.values().stream().filter(each -> each.members.contains(gone)).toList();
        for (SimulatedSliceMember each : rest) {
            long left = each.members.stream().filter(other -> connected(each, other)).count();
            if (2 * left > each.members.size() || each.members.size() == 2) {
                each.loses(gone);
            } else {
                leaveAndComeBack(each);
            }
        }
    }

    private void leaveAndComeBack(SimulatedSliceMember member) {
        if (!member.up) {
            return;
        }
        member.down();
        after(4_000, () -> comeBack(member));
    }

    private void comeBack(SimulatedSliceMember member) {
        if (member.dead || member.up) {
            return;
        }
        List<SimulatedSliceMember> cluster = alive.values()
            .stream()
            .filter(each -> each.up && connected(member, each))
            .toList();
        if (cluster.isEmpty() ? mayFound(member) : cluster.stream().allMatch(this::hearsAll)) {
            if (cluster.isEmpty()) {
                // Whoever founds a cluster knows the routes that still live, and not which ports rest.
                uses.clear();
            }
            join(member, cluster);
        } else {
            after(1_000, () -> comeBack(member));
        }
    }

    /** The first one founds a cluster, and not while there are others that it cannot ask. */
    private boolean mayFound(SimulatedSliceMember member) {
        return alive.values()
            .stream()
            .allMatch(other -> other == member || (connected(member, other) && member.name < other.name));
    }

    /** Nobody comes up in a cluster that has not decided yet what to do without a member it does not hear. */
    private boolean hearsAll(SimulatedSliceMember member) {
        return member.members.stream().allMatch(other -> other == member || connected(member, other));
    }

    private void partition() {
        alive.keySet().stream().filter(id -> random.nextBoolean()).forEach(side::add);
        for (SimulatedSliceMember member : alive.values()) {
            after(2_000, () -> judgePartition(member));
        }
        after(15_000, this::heal);
    }

    private void judgePartition(SimulatedSliceMember member) {
        List<SimulatedSliceMember> lost = member.members.stream().filter(other -> !connected(member, other)).toList();
        if (lost.isEmpty() || member.dead || !member.up) {
            return;
        }
        int left = member.members.size() - lost.size();
        if (2 * left > member.members.size() || member.members.size() == 2) {
            lost.forEach(member::loses);
        } else {
            leaveAndComeBack(member);
        }
    }

    /** All become one cluster: who is not with the largest part restarts and joins that. */
    private void heal() {
        side.clear();
        for (SimulatedSliceMember each : alive.values()) {
            allocations.keySet().forEach(each::learn);
        }
        alive.values()
            .stream()
            .filter(each -> each.up)
            .max(Comparator.comparingInt((SimulatedSliceMember each) -> each.members.size())
                .thenComparingLong(each -> -each.id))
            .ifPresent(this::gatherAt);
    }

    private void gatherAt(SimulatedSliceMember largest) {
        for (SimulatedSliceMember each : List.copyOf(alive.values())) {
            if (each.up && !largest.members.contains(each)) {
                leaveOthers(each);
            }
        }
    }

    private void leaveOthers(SimulatedSliceMember member) {
        List.copyOf(member.members).stream().filter(other -> other != member).forEach(other -> other.loses(member));
        leaveAndComeBack(member);
    }

    private void disturb() {
        List<SimulatedSliceMember> all = List.copyOf(alive.values());
        switch (random.nextInt(3)) {
            case 0 -> {
                if (!all.isEmpty() && !isPartitioned()) {
                    crash(all.get(random.nextInt(all.size())));
                }
            }
            case 1 -> {
                if (!isPartitioned()) {
                    partition();
                }
            }
            default -> {
                if (!all.isEmpty() && !isPartitioned()) {
                    leaveOthers(all.get(random.nextInt(all.size())));
                }
            }
        }
        after(20_000, this::disturb);
    }

    void run() {
        after(10_000, this::disturb);
        long endMs = nowMs + RUN_MS;
        for (Event next = events.poll(); next != null && next.atMs() <= endMs; next = events.poll()) {
            nowMs = next.atMs();
            next.task().run();
        }
    }
}
