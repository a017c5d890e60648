package io.turnstone.node.signaling;

import io.turnstone.node.transport.stream.StreamFlow;
import io.turnstone.node.transport.stream.StreamHandler;
import io.turnstone.node.transport.stream.StreamTarget;
import io.turnstone.protocol.sip.SipTransport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The connections that this node makes, one to each hop (RFC 3261 §18.1). The signaling thread's. What is to be sent over
 * one that is not open yet waits, within a limit.
 */
final class OutgoingConnections {
    /** What may wait for one connection. */
    static final int WAITING_BYTES_MAX = 1 << 18;

    /** One more takes the place of the one that was asked for least lately. */
    static final int CONNECTIONS_MAX = 4_096;

    private final long node;
    private final SignalingAgent.Dialer dialer;
    private final StreamHandler handler;
    private final LinkedHashMap<Hop, Outgoing> byHop = new LinkedHashMap<>(16, 0.75f, true);
    private final Long2ObjectHashMap<Outgoing> byId = new Long2ObjectHashMap<>();

    /** A connection, and what waits until it is open. */
    private static final class Outgoing {
        private final Hop hop;
        private final FlowName name;
        private final StreamFlow flow;
        private final List<byte[]> waiting = new ArrayList<>(1);
        private int waitingBytes;
        private boolean open;

        private Outgoing(Hop hop, FlowName name, StreamFlow flow) {
            this.hop = hop;
            this.name = name;
            this.flow = flow;
        }
    }

    /** @param node incarnation of this node */
    OutgoingConnections(long node, SignalingAgent.Dialer dialer, StreamHandler handler) {
        this.node = node;
        this.dialer = dialer;
        this.handler = handler;
    }

    /** The connection to a hop, which is made if there is none. */
    FlowName open(Hop hop) {
        Outgoing known = byHop.get(hop);
        if (known != null) {
            return known.name;
        }
        if (byHop.size() >= CONNECTIONS_MAX) {
            Outgoing eldest = byHop.pollFirstEntry().getValue();
            byId.remove(eldest.name.id());
            eldest.flow.close();
        }
        StreamTarget target = hop.transport() == SipTransport.TLS
            ? StreamTarget.tls(hop.address(), hop.serverName())
            : StreamTarget.tcp(hop.address());
        StreamFlow flow = dialer.connect(target, handler);
        Outgoing outgoing = new Outgoing(hop, new FlowName(node, flow.id(), hop.transport()), flow);
        byHop.put(hop, outgoing);
        byId.put(flow.id(), outgoing);
        return outgoing.name;
    }

    /** Whether that connection was made here. */
    boolean has(FlowName name) {
        return byId.containsKey(name.id());
    }

    /** False if it has ended, or too much waits already. */
    boolean send(FlowName name, DirectBuffer buffer, int offset, int length) {
        Outgoing outgoing = byId.get(name.id());
        if (outgoing == null) {
            return false;
        }
        if (outgoing.open) {
            return outgoing.flow.send(buffer, offset, length);
        }
        if (outgoing.waitingBytes + length > WAITING_BYTES_MAX) {
            return false;
        }
        byte[] octets = new byte[length];
        buffer.getBytes(offset, octets);
        outgoing.waiting.add(octets);
        outgoing.waitingBytes += length;
        return true;
    }

    /** What has waited leaves, in its order. */
    void onOpened(FlowName name) {
        Outgoing outgoing = byId.get(name.id());
        if (outgoing != null) {
            outgoing.open = true;
            for (byte[] octets : outgoing.waiting) {
                outgoing.flow.send(new UnsafeBuffer(octets), 0, octets.length);
            }
            outgoing.waiting.clear();
        }
    }

    void onEnded(FlowName name) {
        Outgoing outgoing = byId.remove(name.id());
        if (outgoing != null) {
            byHop.remove(outgoing.hop);
        }
    }
}
