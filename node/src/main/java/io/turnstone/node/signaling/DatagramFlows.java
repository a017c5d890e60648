package io.turnstone.node.signaling;

import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.sip.SipTransport;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The pairs of addresses that datagrams go between, which is what a flow is without a connection (RFC 5626 §3.1). The
 * signaling thread's.
 *
 * <p>Anybody can make one by a datagram with whatever source. So they are limited: the one that was heard least lately has
 * to go, unless something is registered over it.
 */
final class DatagramFlows {
    /** How many that may not go are passed over to find room for another one. */
    private static final int PASSED_MAX = 16;

    private final long node;
    private final int flowsMax;
    private final long idleMs;
    private final Predicate<FlowName> kept;
    private final Consumer<FlowName> ended;
    /** The one that was asked for least lately first. */
    private final LinkedHashMap<Ends, DatagramFlow> byEnds = new LinkedHashMap<>(16, 0.75f, true);
    private final Long2ObjectHashMap<DatagramFlow> byId = new Long2ObjectHashMap<>();
    private long lastId;

    /**
     * What makes two datagrams of one flow.
     *
     * @param listener the index of the listener
     * @param hop where datagrams really come from and go to
     * @param remote the other end; not the hop if a proxy says so
     */
    record Ends(int listener, TransportAddress hop, TransportAddress remote) {}

    /** A flow and when it was heard of last; the signaling thread's. */
    static final class DatagramFlow {
        private final Ends ends;
        private final Arrival arrival;
        private long heardMs;

        private DatagramFlow(Ends ends, Arrival arrival) {
            this.ends = ends;
            this.arrival = arrival;
        }

        Ends ends() {
            return ends;
        }

        Arrival arrival() {
            return arrival;
        }
    }

    /**
     * @param node incarnation of this node
     * @param kept whether a flow may not go, since something is registered over it
     * @param ended is told of each that goes
     */
    DatagramFlows(long node, int flowsMax, long idleMs, Predicate<FlowName> kept, Consumer<FlowName> ended) {
        this.node = node;
        this.flowsMax = flowsMax;
        this.idleMs = idleMs;
        this.kept = kept;
        this.ended = ended;
    }

    /** The flow, which has been heard of now, if it is known. */
    @Nullable
    DatagramFlow find(Ends ends, long nowMs) {
        DatagramFlow flow = byEnds.get(ends);
        if (flow != null) {
            flow.heardMs = nowMs;
        }
        return flow;
    }

    /** The flow, known or new, which has been heard of now; null if there is no room. */
    @Nullable
    DatagramFlow findOrOpen(Ends ends, long nowMs) {
        DatagramFlow known = find(ends, nowMs);
        if (known != null || (byEnds.size() >= flowsMax && !makeRoom(nowMs))) {
            return known;
        }
        // those of streams are above 0
        FlowName name = new FlowName(node, --lastId, SipTransport.UDP);
        DatagramFlow flow = new DatagramFlow(ends, new Arrival(name, ends.remote()));
        flow.heardMs = nowMs;
        byEnds.put(ends, flow);
        byId.put(name.id(), flow);
        return flow;
    }

    @Nullable
    DatagramFlow find(FlowName name) {
        return name.node() == node ? byId.get(name.id()) : null;
    }

    private boolean makeRoom(long nowMs) {
        for (int i = 0; i < PASSED_MAX; i++) {
            if (endEldest(nowMs)) {
                return true;
            }
        }
        return false;
    }

    /** Ends what was idle for too long. Returns how many. */
    int endIdle(long nowMs) {
        int count = 0;
        while (!byEnds.isEmpty() && eldest().heardMs <= nowMs - idleMs) {
            if (endEldest(nowMs)) {
                count++;
            }
        }
        return count;
    }

    private DatagramFlow eldest() {
        return byEnds.firstEntry().getValue();
    }

    /** False if it may not go: then its turn comes again later. */
    private boolean endEldest(long nowMs) {
        Map.Entry<Ends, DatagramFlow> entry = byEnds.pollFirstEntry();
        DatagramFlow flow = entry.getValue();
        FlowName name = flow.arrival.flow();
        if (kept.test(name)) {
            flow.heardMs = nowMs;
            byEnds.put(entry.getKey(), flow);
            return false;
        }
        byId.remove(name.id());
        ended.accept(name);
        return true;
    }

    int size() {
        return byEnds.size();
    }
}
