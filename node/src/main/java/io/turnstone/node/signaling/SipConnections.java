package io.turnstone.node.signaling;

import io.turnstone.node.service.Counters;
import io.turnstone.protocol.sip.SipTransport;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/** The connections of a node, and its datagrams. The signaling thread's. */
final class SipConnections {
    /** From a message's first octet to its last; twice the time for which its transaction lives would help nobody. */
    static final long MESSAGE_MS = TimeUnit.SECONDS.toMillis(30);

    private final long node;
    private final Counters<SignalingCounter> counters;
    private final SipDatagrams datagrams;
    private final OutgoingConnections outgoing;
    private final Long2ObjectHashMap<SipConnection> byId = new Long2ObjectHashMap<>();

    /** @param node incarnation of this node */
    SipConnections(long node, Counters<SignalingCounter> counters, SipDatagrams datagrams,
        OutgoingConnections outgoing) {
        this.node = node;
        this.counters = counters;
        this.datagrams = datagrams;
        this.outgoing = outgoing;
    }

    void add(SipConnection connection) {
        byId.put(connection.flow().id(), connection);
        outgoing.onOpened(connection.arrival().flow());
    }

    void remove(SipConnection connection) {
        byId.remove(connection.flow().id());
    }

    int size() {
        return byId.size();
    }

    /** As {@link Flows#send}, for a flow of this node. */
    boolean send(FlowName flow, DirectBuffer buffer, int offset, int length) {
        if (flow.transport() == SipTransport.UDP) {
            return datagrams.send(flow, buffer, offset, length);
        }
        if (flow.node() == node && outgoing.has(flow)) {
            return outgoing.send(flow, buffer, offset, length);
        }
        SipConnection connection = flow.node() == node ? byId.get(flow.id()) : null;
        return connection != null && connection.flow().send(buffer, offset, length);
    }

    /** A connection that was made here has ended, or could not be made; false if it was not made here. */
    boolean onEnded(FlowName flow) {
        boolean made = outgoing.has(flow);
        outgoing.onEnded(flow);
        return made;
    }

    /** As {@link Flows#open}. */
    @Nullable
    FlowName open(Hop hop) {
        return hop.transport() == SipTransport.UDP ? datagrams.open(hop.address()) : outgoing.open(hop);
    }

    /** As {@link Flows#atPort}. */
    Arrival atPort(Arrival arrival, int port) {
        Arrival there = datagrams.toPort(arrival.flow(), port);
        return there == null ? arrival : there;
    }

    /** Closes connections on which a message does not end, since each holds a buffer. */
    void closeIncomplete(long nowMs) {
        for (SipConnection connection : byId.values()) {
            if (connection.isIncompleteSince(nowMs - MESSAGE_MS) && connection.flow().isOpen()) {
                counters.add(SignalingCounter.MESSAGE_LATE);
                connection.flow().close();
            }
        }
    }
}
