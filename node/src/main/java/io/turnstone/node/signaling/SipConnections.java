package io.turnstone.node.signaling;

import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;

/** The connections of a node that no other node talks to. The signaling thread's. */
final class SipConnections implements Flows {
    /** From a message's first octet to its last; twice the time for which its transaction lives would help nobody. */
    static final long MESSAGE_MS = TimeUnit.SECONDS.toMillis(30);

    private final int node;
    private final SignalingCounters counters;
    private final Long2ObjectHashMap<SipConnection> byId = new Long2ObjectHashMap<>();

    /** @param node the number of this node */
    SipConnections(int node, SignalingCounters counters) {
        this.node = node;
        this.counters = counters;
    }

    void add(SipConnection connection) {
        byId.put(connection.flow().id(), connection);
    }

    void remove(SipConnection connection) {
        byId.remove(connection.flow().id());
    }

    int size() {
        return byId.size();
    }

    @Override
    public boolean send(FlowName flow, DirectBuffer buffer, int offset, int length) {
        SipConnection connection = flow.node() == node ? byId.get(flow.id()) : null;
        return connection != null && connection.flow().send(buffer, offset, length);
    }

    /** There is no other node; the engine has counted it. */
    @Override
    public void handOver(int otherNode, FlowName from, DirectBuffer buffer, int offset, int length) {}

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
