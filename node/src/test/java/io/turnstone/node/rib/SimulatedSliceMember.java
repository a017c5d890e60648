package io.turnstone.node.rib;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.PortRange;
import io.turnstone.protocol.net.TransportAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** A node of a {@link SimulatedSliceCluster}: the real machine, with a ledger whose messages take their time. One thread. */
final class SimulatedSliceMember implements SliceLedger {
    static final IpAddress ADDRESS = IpAddress.parse("203.0.113.1");
    static final PortRange RANGE = new PortRange(49_152, 49_152 + 40 * PortSlice.PORTS - 1);
    static final long REST_MS = 2_000;
    static final long LIFETIME_MS = 10_000;

    final SimulatedSliceCluster world;
    final long id;
    final int name;
    final PortLeases leases;
    final PortSlices slices;
    final Set<TransportAddress> known = new HashSet<>();
    final Set<SimulatedSliceMember> members = new TreeSet<>(Comparator.comparingLong(member -> member.id));
    private Replica replica = new Replica();
    long round;
    boolean up;
    boolean dead;

    /** A grow-only pair of what was added and what of it was removed, as Distributed Data merges it. */
    private static final class Replica {
        private final Map<Long, SliceClaim> added = new HashMap<>();
        private final Set<Long> removed = new HashSet<>();

        void merge(Replica other) {
            added.putAll(other.added);
            removed.addAll(other.removed);
        }

        Set<SliceClaim> claims() {
            Set<SliceClaim> claims = new HashSet<>();
            added.forEach((tag, claim) -> {
                if (!removed.contains(tag)) {
                    claims.add(claim);
                }
            });
            return claims;
        }

        void remove(Set<SliceClaim> claims) {
            added.forEach((tag, claim) -> {
                if (claims.contains(claim)) {
                    removed.add(tag);
                }
            });
        }
    }

    SimulatedSliceMember(SimulatedSliceCluster world, long id, int name) {
        this.world = world;
        this.id = id;
        this.name = name;
        this.leases = new PortLeases(RANGE, REST_MS, world.random);
        this.slices = new PortSlices(id, Map.of(ADDRESS, leases), this,
            new PortSlices.Times(REST_MS, LIFETIME_MS + REST_MS), () -> !world.isPartitioned(), world.random);
    }

    /** Written to a majority, then read from one; each step takes its time and may meet another world. */
    @Override
    public void claim(PortSlice slice, int votes, Consumer<Answer> answer) {
        long asked = round;
        SliceClaim own = new SliceClaim(slice, id);
        replica.added.put(world.nextTag++, own);
        List<SimulatedSliceMember> written = majority();
        world.after(50, () -> {
            if (asked != round || dead) {
                return;
            }
            written.stream()
                .filter(other -> world.connected(this, other))
                .forEach(other -> other.replica.merge(replica));
            world.after(50,
                () -> read(own, votes, asked, written.stream().allMatch(other -> world.connected(this, other)),
                    answer));
        });
    }

    private void read(SliceClaim own, int votes, long asked, boolean written, Consumer<Answer> answer) {
        if (asked != round || dead) {
            return;
        }
        List<SimulatedSliceMember> asking = majority();
        boolean reached = written && asking.stream().allMatch(other -> world.connected(this, other))
            && members.size() >= votes;
        asking.stream().filter(other -> world.connected(this, other)).forEach(other -> replica.merge(other.replica));
        boolean taken = replica.claims()
            .stream()
            .anyMatch(other -> other.slice().equals(own.slice()) && other.holder() != id);
        if (!reached || taken) {
            replica.remove(Set.of(own));
        }
        answer.accept(!reached ? Answer.UNREACHED : taken ? Answer.TAKEN : Answer.GRANTED);
    }

    /** What it is told before it claims for the first time. */
    void read(SimulatedSliceMember other) {
        replica.merge(other.replica);
    }

    /** Any that suffices, this one in it. */
    private List<SimulatedSliceMember> majority() {
        List<SimulatedSliceMember> others = new ArrayList<>(members);
        others.sort(Comparator.comparingLong(other -> other.id));
        others.remove(this);
        while (others.size() + 1 > members.size() / 2 + 1) {
            others.remove(world.random.nextInt(others.size()));
        }
        others.add(this);
        return others;
    }

    @Override
    public void add(Set<SliceClaim> claims) {
        claims.forEach(claim -> replica.added.put(world.nextTag++, claim));
    }

    @Override
    public void remove(Set<SliceClaim> claims) {
        replica.remove(claims);
    }

    void tick() {
        for (SimulatedSliceMember other : members) {
            if (world.connected(this, other) && world.random.nextInt(4) == 0) {
                replica.merge(other.replica);
            }
        }
        if (up) {
            slices.onClaims(ADDRESS, replica.claims());
        }
        slices.doWork(world.nowMs);
        for (int i = world.random.nextInt(4); i > 0 && up; i--) {
            allocate();
        }
    }

    private void allocate() {
        OptionalInt port = leases.lease(world.nowMs);
        if (port.isPresent()) {
            TransportAddress relayed = TransportAddress.of(ADDRESS, port.getAsInt());
            if (known.contains(relayed)) {
                leases.release(relayed.port(), world.nowMs);
            } else {
                world.allocated(this, relayed);
            }
        }
    }

    void learn(TransportAddress relayed) {
        if (!dead && known.add(relayed)) {
            slices.named(relayed);
        }
    }

    void forget(TransportAddress relayed) {
        leases.release(relayed.port(), world.nowMs);
        if (known.remove(relayed)) {
            slices.unnamed(relayed, world.nowMs);
        }
    }

    void down() {
        up = false;
        round++;
        members.clear();
        replica = new Replica();
        slices.down();
    }

    void loses(SimulatedSliceMember other) {
        if (members.remove(other)) {
            slices.left(other.id);
        }
    }
}
