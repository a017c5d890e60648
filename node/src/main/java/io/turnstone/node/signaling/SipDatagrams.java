package io.turnstone.node.signaling;

import io.turnstone.node.service.Counters;
import io.turnstone.node.signaling.DatagramFlows.DatagramFlow;
import io.turnstone.node.signaling.DatagramFlows.Ends;
import io.turnstone.node.transport.DatagramHandler;
import io.turnstone.node.transport.DatagramIo;
import io.turnstone.node.transport.ServiceAddress;
import io.turnstone.node.transport.SocketInfo;
import io.turnstone.node.transport.Sockets;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.IpPrefix;
import io.turnstone.protocol.net.ProxyHeader;
import io.turnstone.protocol.net.TransportAddress;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * SIP over UDP (RFC 3261 §18): takes datagrams, tells messages from keep-alives by their first octet (RFC 5626 §8.1), and
 * sends over flows. The signaling thread's, which receives by itself: no datagram waits in a queue of ours.
 */
final class SipDatagrams implements DatagramHandler {
    private static final int DATAGRAMS_PER_TURN = 256;
    private static final int ONLY_FORWARDER = 0;

    private final Sockets sockets;
    private final DatagramIo io;
    private final List<IpPrefix> trustedProxies;
    private final DatagramFlows flows;
    private final Counters<SignalingCounter> counters;
    private final Sink sink;
    private final ProxyHeader proxyHeader = new ProxyHeader();
    private final BindingAnswers bindings = new BindingAnswers();
    private long nowMs;

    /** Takes messages. */
    interface Sink {
        /** @param buffer valid until this returns */
        void onMessage(Arrival arrival, DirectBuffer buffer, int offset, int length);
    }

    /**
     * @param node incarnation of this node
     * @param kept whether something is registered over a flow
     * @param ended is told of each flow that goes
     */
    SipDatagrams(
        long node, DatagramPorts ports, Counters<SignalingCounter> counters, Sink sink, Predicate<FlowName> kept,
        Consumer<FlowName> ended) {
        this.sockets = ports.sockets();
        this.io = sockets.io(ONLY_FORWARDER);
        this.trustedProxies = ports.trustedProxies();
        this.flows = new DatagramFlows(node, ports.flowsMax(), ports.idleMs(), kept, ended);
        this.counters = counters;
        this.sink = sink;
    }

    /** Hands over what has come. Returns about how much. Where there is no listener the system is not asked. */
    int poll(long atMs) {
        nowMs = atMs;
        return sockets.listeners().isEmpty() ? 0 : io.poll(this, DATAGRAMS_PER_TURN);
    }

    /** Lets go what was sent. */
    void flush() {
        io.flush();
    }

    int endIdle(long atMs) {
        return flows.endIdle(atMs);
    }

    int size() {
        return flows.size();
    }

    @Override
    public void onDatagram(
        int socket, MutableDirectBuffer buffer, int offset, int length, long high, long low, int port) {
        SocketInfo info = sockets.info(socket);
        if (info == null || length == 0 || port == 0) {
            counters.add(SignalingCounter.DATAGRAM_MALFORMED);
            return;
        }
        TransportAddress hop = new TransportAddress(high, low, port);
        if (ProxyHeader.isBegun(buffer, offset, length)) {
            onProxied(info, hop, buffer, offset, length);
        } else {
            onPayload(new Ends(info.listener(), hop, hop), buffer, offset, length);
        }
    }

    /** What follows the header is handled as if it had come from the address that a trusted proxy names. */
    private void onProxied(SocketInfo info, TransportAddress hop, DirectBuffer buffer, int offset, int length) {
        if (!isProxy(hop.ip()) || !proxyHeader.wrap(buffer, offset, length)) {
            counters.add(SignalingCounter.DATAGRAM_MALFORMED);
            return;
        }
        TransportAddress remote = proxyHeader.isLocal()
            ? hop
            : new TransportAddress(proxyHeader.sourceHigh(), proxyHeader.sourceLow(), proxyHeader.sourcePort());
        onPayload(
            new Ends(info.listener(), hop, remote), buffer, proxyHeader.payloadOffset(),
            proxyHeader.payloadLength());
    }

    private boolean isProxy(IpAddress source) {
        return trustedProxies.stream().anyMatch(prefix -> prefix.contains(source));
    }

    private void onPayload(Ends ends, DirectBuffer buffer, int offset, int length) {
        if (isBlank(buffer, offset, length)) {
            // what phones send to keep a NAT open; over UDP it gets no answer
            counters.add(SignalingCounter.KEEP_ALIVE);
            flows.find(ends, nowMs);
        } else if (BindingAnswers.looksLikeStun(buffer.getByte(offset))) {
            onStun(ends, buffer, offset, length);
        } else {
            DatagramFlow flow = flows.findOrOpen(ends, nowMs);
            if (flow == null) {
                counters.add(SignalingCounter.DATAGRAM_FLOWS_FULL);
            } else {
                sink.onMessage(flow.arrival(), buffer, offset, length);
            }
        }
    }

    private static boolean isBlank(DirectBuffer buffer, int offset, int length) {
        for (int i = 0; i < length; i++) {
            byte octet = buffer.getByte(offset + i);
            if (octet != '\r' && octet != '\n' && octet != 0) {
                return false;
            }
        }
        return true;
    }

    private void onStun(Ends ends, DirectBuffer buffer, int offset, int length) {
        TransportAddress remote = ends.remote();
        int answer = bindings.answer(buffer, offset, length, remote.high(), remote.low(), remote.port());
        if (answer == 0) {
            counters.add(SignalingCounter.DATAGRAM_MALFORMED);
            return;
        }
        counters.add(SignalingCounter.KEEP_ALIVE);
        flows.find(ends, nowMs);
        send(ends, bindings.buffer(), 0, answer);
    }

    /** False if the flow is not known any more, or the system does not take the datagram. */
    boolean send(FlowName name, DirectBuffer buffer, int offset, int length) {
        DatagramFlow flow = flows.find(name);
        return flow != null && send(flow.ends(), buffer, offset, length);
    }

    private boolean send(Ends ends, DirectBuffer buffer, int offset, int length) {
        TransportAddress hop = ends.hop();
        int socket = sockets.listenerSocket(ends.listener(), ONLY_FORWARDER);
        return io.send(socket, buffer, offset, length, hop.high(), hop.low(), hop.port());
    }

    /** The flow to an address, from the first listener of its family; null if there is none, or no room. */
    @Nullable
    FlowName open(TransportAddress remote) {
        List<ServiceAddress> listeners = sockets.listeners();
        for (int listener = 0; listener < listeners.size(); listener++) {
            if (listeners.get(listener).local().isIpv4() == remote.isIpv4()) {
                DatagramFlow flow = flows.findOrOpen(new Ends(listener, remote, remote), nowMs);
                return flow == null ? null : flow.arrival().flow();
            }
        }
        return null;
    }

    /** A flow with the same ends but for the other one's port; null if there is no room, or a proxy has chosen the port. */
    @Nullable
    Arrival toPort(FlowName name, int port) {
        DatagramFlow flow = flows.find(name);
        if (flow == null || !flow.ends().hop().equals(flow.ends().remote())) {
            return null;
        }
        TransportAddress other = flow.ends().hop().withPort(port);
        DatagramFlow found = flows.findOrOpen(new Ends(flow.ends().listener(), other, other), nowMs);
        return found == null ? null : found.arrival();
    }
}
