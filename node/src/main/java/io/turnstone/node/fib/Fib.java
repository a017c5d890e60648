package io.turnstone.node.fib;

import io.turnstone.protocol.net.TransportAddress;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The forwarding tables of a node. Written by the control thread alone ({@link #put}, {@link #remove}, {@link #scope});
 * packet threads read through a {@link Lookup} of their own.
 */
public final class Fib {
    private final int packetThreads;
    private final boolean returnPathDirect;
    private final Long2ObjectHashMap<Leg> legs = new Long2ObjectHashMap<>();
    private final AddressTable<Leg> byClient = new AddressTable<>();
    private final AddressTable<Leg> byRelayed = new AddressTable<>();
    private final AddressTable<Leg> byId = new AddressTable<>();
    private volatile ClusterScope scope = ClusterScope.EMPTY;
    private FibMirror mirror = FibMirror.NONE;

    /**
     * @param packetThreads all who count in {@link LegCounters}: forwarders, fabric lanes, and what mirrors the tables
     * @param returnPathDirect whether any node that listens on a client's service address may answer the client itself,
     *     wherever the client is attached
     */
    public Fib(int packetThreads, boolean returnPathDirect) {
        this.packetThreads = packetThreads;
        this.returnPathDirect = returnPathDirect;
    }

    /** Who is told of every change from now on. */
    public void mirror(FibMirror told) {
        mirror = told;
    }

    /** The counters to build the next leg of this allocation with: those it has, else new ones. */
    public LegCounters counters(long allocationId) {
        Leg leg = legs.get(allocationId);
        return leg == null ? new LegCounters(packetThreads) : leg.counters();
    }

    /**
     * Makes this the leg of its allocation. Of two allocations with one key (5-tuple, relayed address) the last one put
     * has it.
     */
    public void put(Leg leg) {
        Leg before = legs.put(leg.allocationId(), leg);
        byId.put(leg.allocationId(), 0, 0, 0, leg);
        putClient(leg.client(), leg.listener(), leg);
        putClient(leg.nextClient(), leg.nextListener(), leg);
        putRelay(leg.relayIpv4(), leg);
        putRelay(leg.relayIpv6(), leg);
        if (before != null) {
            dropStaleKeys(before);
        }
        mirror.onLeg(leg.allocationId());
    }

    /** Forgets an allocation; nothing happens if it is not there. */
    public void remove(long allocationId) {
        Leg before = legs.remove(allocationId);
        if (before != null) {
            byId.remove(allocationId, 0, 0, 0);
            dropStaleKeys(before);
            mirror.onLeg(allocationId);
        }
    }

    /** From now on these addresses are the cluster's. */
    public void scope(ClusterScope clusterScope) {
        scope = clusterScope;
        mirror.onScope();
    }

    /** The number of allocations. The writer's thread. */
    public int size() {
        return legs.size();
    }

    /** Any thread. */
    public @Nullable Leg byId(long allocationId) {
        return byId.get(allocationId, 0, 0, 0);
    }

    /** A reader for one thread. */
    public Lookup newLookup() {
        return new Lookup(this);
    }

    @Nullable
    Leg byClient(long high, long low, int port, int listener) {
        return byClient.get(high, low, port, listener);
    }

    @Nullable
    Leg byRelayed(long high, long low, int port) {
        return byRelayed.get(high, low, port, 0);
    }

    /** What was set last. Any thread. */
    public ClusterScope scope() {
        return scope;
    }

    /** Whether any node that listens on a client's service address answers the client itself. */
    public boolean returnPathDirect() {
        return returnPathDirect;
    }

    private void putClient(@Nullable TransportAddress client, int listener, Leg leg) {
        if (client != null && listener != Leg.NO_LISTENER) {
            byClient.put(client.high(), client.low(), client.port(), listener, leg);
        }
    }

    private void putRelay(Leg.@Nullable Relay relay, Leg leg) {
        if (relay != null) {
            TransportAddress at = relay.address();
            byRelayed.put(at.high(), at.low(), at.port(), 0, leg);
        }
    }

    /** Removes the keys that still lead to {@code before}: those its successor has were overwritten. */
    private void dropStaleKeys(Leg before) {
        dropStaleClient(before.client(), before.listener(), before);
        dropStaleClient(before.nextClient(), before.nextListener(), before);
        dropStaleRelay(before.relayIpv4(), before);
        dropStaleRelay(before.relayIpv6(), before);
    }

    private void dropStaleClient(@Nullable TransportAddress client, int listener, Leg before) {
        if (client != null && byClient.get(client.high(), client.low(), client.port(), listener) == before) {
            byClient.remove(client.high(), client.low(), client.port(), listener);
        }
    }

    private void dropStaleRelay(Leg.@Nullable Relay relay, Leg before) {
        if (relay != null) {
            TransportAddress at = relay.address();
            if (byRelayed.get(at.high(), at.low(), at.port(), 0) == before) {
                byRelayed.remove(at.high(), at.low(), at.port(), 0);
            }
        }
    }
}
