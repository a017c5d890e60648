package io.turnstone.node.forwarding;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.turnstone.node.fabric.FabricOutcome;
import io.turnstone.node.fabric.MediaHandler;
import io.turnstone.node.fib.Adjacency;
import io.turnstone.node.fib.Fib;
import io.turnstone.node.fib.Leg;
import io.turnstone.node.fib.LegCounters.Report;
import io.turnstone.node.fib.Lookup;
import io.turnstone.node.punt.PuntQueue;
import io.turnstone.node.punt.PuntReason;
import io.turnstone.node.transport.CounterCells;
import io.turnstone.node.transport.DatagramHandler;
import io.turnstone.node.transport.DatagramSender;
import io.turnstone.node.transport.ServiceAddress;
import io.turnstone.node.transport.SocketInfo;
import io.turnstone.node.transport.Sockets;
import io.turnstone.protocol.fabric.MediaFrame;
import io.turnstone.protocol.net.ProxyHeader;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.StunType;
import io.turnstone.protocol.turn.ChannelData;
import io.turnstone.protocol.turn.SendIndication;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Every decision about a packet. One instance per packet thread, which calls {@link #beginTurn} with the time before
 * each batch and {@link #endTurn} after it. Takes datagrams from clients and peers, and frames from other nodes.
 *
 * <p>A client's datagram is told apart by its first octet (RFC 7983 §7): 0 to 3 is STUN, 64 to 127 ChannelData with the
 * channel numbers of RFC 5766, of which the strict setting leaves those of RFC 8656.
 */
public final class PacketPath implements DatagramHandler, MediaHandler {
    private static final int STUN_FIRST_OCTET_MAX = 3;
    private static final int NO_FLAGS = 0;

    private final Sockets sockets;
    private final PacketThread thread;
    private final Lookup lookup;
    private final Egress egress;
    private final RequestPath requests;
    private final CounterCells<ForwardingCounter> counters;
    private final int channelNumberMax;
    private final boolean learnsAttachments;
    private final TransportAddress[] serviceAddresses;
    private final ChannelData channelData = new ChannelData();
    private final SendIndication sendIndication = new SendIndication();
    private final MediaFrame frame = new MediaFrame();
    private final ProxyHeader proxyHeader = new ProxyHeader();
    private final PathSettings.Balancer balancer;
    private final Arrival arrival;
    private final @Nullable FlowReports flows;
    private long nowMs;

    public PacketPath(Sockets sockets, Fib fib, PuntQueue punts, PathSettings settings, PacketThread thread) {
        this.sockets = sockets;
        this.thread = thread;
        this.arrival = new Arrival(thread.forwarder());
        this.balancer = settings.balancer();
        this.lookup = fib.newLookup();
        this.egress = new Egress(sockets, settings.incarnation(), thread);
        this.requests = new RequestPath(sockets, punts, settings, thread);
        this.flows = settings.reportsFlows() ? new FlowReports(requests) : null;
        this.counters = thread.counters().path();
        this.channelNumberMax = settings.strictChannelNumbers()
            ? ChannelData.CHANNEL_NUMBER_MAX_STRICT
            : ChannelData.CHANNEL_NUMBER_MAX;
        this.serviceAddresses = sockets.listeners()
            .stream()
            .map(ServiceAddress::advertised)
            .toArray(TransportAddress[]::new);
        this.learnsAttachments = !fib.returnPathDirect();
    }

    /** @param epochMs the time by which everything until the next turn is judged */
    public void beginTurn(long epochMs) {
        nowMs = epochMs;
    }

    /** Lets go what the turn has sent. */
    public void endTurn() {
        thread.sender().flush();
        thread.fabric().flush();
    }

    @Override
    public void onDatagram(
        int socket, MutableDirectBuffer buffer, int offset, int length, long high, long low, int port) {
        SocketInfo info = sockets.info(socket);
        if (info == null) {
            counters.increment(ForwardingCounter.SOCKET_CLOSED);
        } else if (info.isRelay()) {
            int adjacency = lookup.atRelay(info.advertised()).fromPeer(high, low, port, nowMs);
            noteArrival(adjacency, high, low, port);
            forward(adjacency, buffer, offset, length, NO_FLAGS);
            if (flows != null && Adjacency.leavesHere(adjacency)) {
                arrival.from(Leg.NO_LISTENER, high, low, port);
                arrival.nowMs = nowMs;
                flows.peer(arrival, info.advertised());
            }
        } else {
            arrival.from(info.listener(), high, low, port);
            arrival.buffer = buffer;
            arrival.offset = offset;
            arrival.length = length;
            arrival.nowMs = nowMs;
            onClient(arrival);
        }
    }

    /** Answers have to leave where a peer's packets arrive, as with clients. */
    private void noteArrival(int adjacency, long peerHigh, long peerLow, int peerPort) {
        if (learnsAttachments && Adjacency.kind(adjacency) != Adjacency.DROP) {
            Leg leg = lookup.leg();
            if (!leg.expectsHere(peerHigh, peerLow, peerPort)
                && leg.counters().mayReport(Report.PEER_MOVED, thread.number(), nowMs)) {
                arrival.from(Leg.NO_LISTENER, peerHigh, peerLow, peerPort);
                requests.puntPeer(arrival, leg.allocationId());
            }
        }
    }

    private void onClient(Arrival from) {
        byte first = firstOctet(from);
        if (ProxyHeader.looksLikeProxyHeader(first)) {
            onProxied(from);
        } else {
            onPacket(from, first);
        }
    }

    private static byte firstOctet(Arrival from) {
        return from.length == 0 ? -1 : from.buffer.getByte(from.offset);
    }

    /** What follows the header is handled as if it had come from the address that a trusted proxy names. */
    private void onProxied(Arrival from) {
        if (!balancer.isProxy(from.hopHigh(), from.hopLow())) {
            counters.increment(ForwardingCounter.PROXY_UNTRUSTED);
        } else if (!proxyHeader.wrap(from.buffer, from.offset, from.length)) {
            counters.increment(ForwardingCounter.PROXY_MALFORMED);
        } else if (!proxyHeader.isLocal() && !namesListener(from.listener())) {
            counters.increment(ForwardingCounter.PROXY_MISDIRECTED);
        } else {
            from.offset = proxyHeader.payloadOffset();
            from.length = proxyHeader.payloadLength();
            if (!proxyHeader.isLocal()) {
                from.clientIs(proxyHeader.sourceHigh(), proxyHeader.sourceLow(), proxyHeader.sourcePort());
            }
            onPacket(from, firstOctet(from));
        }
    }

    /** The 5-tuple is of the service address that the client used, which must be the one that this listener stands for. */
    private boolean namesListener(int listener) {
        TransportAddress service = serviceAddresses[listener];
        return service.port() == proxyHeader.destinationPort()
            && service.low() == proxyHeader.destinationLow()
            && service.high() == proxyHeader.destinationHigh();
    }

    private void onPacket(Arrival from, byte first) {
        if (ChannelData.looksLikeChannelData(first)) {
            onChannelData(from);
        } else if (first < 0 || first > STUN_FIRST_OCTET_MAX) {
            counters.increment(ForwardingCounter.NOT_TURN);
        } else if (isSendIndication(from)) {
            onSendIndication(from);
        } else {
            requests.onMessage(from);
        }
    }

    private static boolean isSendIndication(Arrival from) {
        return from.length >= Short.BYTES && from.buffer.getShort(from.offset, BIG_ENDIAN) == StunType.SEND_INDICATION;
    }

    private void onChannelData(Arrival from) {
        if (!channelData.wrap(from.buffer, from.offset, from.length)
            || channelData.channelNumber() > channelNumberMax) {
            counters.increment(ForwardingCounter.CHANNEL_DATA_MALFORMED);
            return;
        }
        int adjacency = lookup.fromClientChannel(
            from.listener(), from.sourceHigh(), from.sourceLow(), from.sourcePort(), channelData.channelNumber(),
            nowMs);
        forwardUp(adjacency, from, channelData.dataOffset(), channelData.dataLength(), NO_FLAGS);
        if (flows != null && Adjacency.leavesHere(adjacency) && from.isDirect()) {
            flows.channel(from, channelData.channelNumber());
        }
    }

    private void onSendIndication(Arrival from) {
        if (!sendIndication.wrap(from.buffer, from.offset, from.length)) {
            counters.increment(ForwardingCounter.SEND_MALFORMED);
            return;
        }
        int adjacency = lookup.fromClient(from.listener(), from.sourceHigh(), from.sourceLow(), from.sourcePort())
            .toPeer(sendIndication.peerHigh(), sendIndication.peerLow(), sendIndication.peerPort(), nowMs);
        forwardUp(
            adjacency,
            from,
            sendIndication.dataOffset(),
            sendIndication.dataLength(),
            sendIndication.dontFragment() ? MediaFrame.FLAG_DONT_FRAGMENT : NO_FLAGS);
        if (flows != null && Adjacency.leavesHere(adjacency) && from.isDirect() && !sendIndication.dontFragment()) {
            flows.indication(from, sendIndication.peerHigh(), sendIndication.peerLow(), sendIndication.peerPort());
        }
    }

    /** A frame from another node, authenticated. It is passed on to a third node once at most. */
    @Override
    public void onFrame(DirectBuffer buffer, int offset, int length) {
        if (!frame.wrap(buffer, offset, length) || frame.payloadLength() > DatagramSender.DATAGRAM_LENGTH_MAX) {
            counters.increment(ForwardingCounter.FRAME_MALFORMED);
            return;
        }
        int payloadLength = frame.payloadLength();
        count(ForwardingCounter.PACKETS_FROM_FABRIC, ForwardingCounter.BYTES_FROM_FABRIC, payloadLength);
        MutableDirectBuffer own = thread.sender().buffer();
        own.putBytes(DatagramSender.HEADROOM, buffer, frame.payloadOffset(), payloadLength);
        int adjacency = frame.kind() == MediaFrame.KIND_TO_CLIENT
            ? lookup.fromFabricToClient(
                frame.allocationId(), frame.peerHigh(), frame.peerLow(), frame.peerPort(), nowMs)
            : lookup.fromFabricToPeer(
                frame.allocationId(), frame.peerHigh(), frame.peerLow(), frame.peerPort(), nowMs);
        forward(
            frame.passedOn() ? lookup.orHere(adjacency) : adjacency,
            own,
            DatagramSender.HEADROOM,
            payloadLength,
            (frame.flags() & MediaFrame.FLAG_DONT_FRAGMENT) | MediaFrame.FLAG_PASSED_ON);
    }

    private void forwardUp(int adjacency, Arrival from, int offset, int length, int flags) {
        if (Adjacency.kind(adjacency) != Adjacency.DROP) {
            Leg leg = lookup.leg();
            leg.counters().up(thread.number(), length);
            if (leg.isMovingTo(from.listener(), from.sourceHigh(), from.sourceLow(), from.sourcePort())) {
                // RFC 8016 §3.2.2: with its first data from the new 5-tuple a client takes leave of the old one.
                report(Report.CLIENT_ARRIVED, PuntReason.MOVE_DATA, leg, from);
            } else if (!from.cameBy(leg)
                || (leg.attachment() != Leg.THIS_NODE && (learnsAttachments || leg.isProxied()))) {
                report(Report.CLIENT_MOVED, PuntReason.MOVED, leg, from);
            }
        }
        forward(adjacency, from.buffer, offset, length, flags);
    }

    /** Now and then only: the control thread may have a reason not to act on it. */
    private void report(Report what, PuntReason reason, Leg leg, Arrival from) {
        if (leg.counters().mayReport(what, thread.number(), nowMs)) {
            requests.punt(reason, from, 0);
        }
    }

    private void forward(int adjacency, MutableDirectBuffer buffer, int offset, int length, int flags) {
        switch (Adjacency.kind(adjacency)) {
            case Adjacency.PEER -> {
                boolean dontFragment = (flags & MediaFrame.FLAG_DONT_FRAGMENT) != 0;
                if (sent(egress.toPeer(lookup, buffer, offset, length, dontFragment))) {
                    count(ForwardingCounter.PACKETS_TO_PEER, ForwardingCounter.BYTES_TO_PEER, length);
                }
            }
            case Adjacency.CLIENT -> {
                if (toClient(buffer, offset, length)) {
                    count(ForwardingCounter.PACKETS_TO_CLIENT, ForwardingCounter.BYTES_TO_CLIENT, length);
                }
            }
            case Adjacency.RELAY -> {
                if (toClient(buffer, offset, length)) {
                    count(ForwardingCounter.PACKETS_RELAY, ForwardingCounter.BYTES_RELAY, length);
                }
            }
            case Adjacency.NODE_TO_CLIENT ->
                toNode(adjacency, MediaFrame.KIND_TO_CLIENT, buffer, offset, length, flags);
            case Adjacency.NODE_TO_PEER ->
                toNode(adjacency, MediaFrame.KIND_TO_PEER, buffer, offset, length, flags);
            default -> thread.counters().drops().increment(Adjacency.dropReason(adjacency));
        }
    }

    private boolean toClient(MutableDirectBuffer buffer, int offset, int length) {
        boolean sent = sent(egress.toClient(lookup, buffer, offset, length));
        if (sent) {
            lookup.egress().counters().down(thread.number(), length);
        }
        return sent;
    }

    private void toNode(int adjacency, int kind, MutableDirectBuffer buffer, int offset, int length, int flags) {
        FabricOutcome outcome = egress.toNode(Adjacency.node(adjacency), kind, lookup, buffer, offset, length, flags);
        thread.counters().fabric().increment(outcome);
        if (outcome == FabricOutcome.SENT) {
            count(ForwardingCounter.PACKETS_TO_FABRIC, ForwardingCounter.BYTES_TO_FABRIC, length);
            if ((flags & MediaFrame.FLAG_PASSED_ON) != 0) {
                counters.increment(ForwardingCounter.PASSED_ON);
            }
        }
    }

    private boolean sent(boolean sent) {
        if (!sent) {
            counters.increment(ForwardingCounter.SEND_LOST);
        }
        return sent;
    }

    private void count(ForwardingCounter packets, ForwardingCounter bytes, int length) {
        counters.increment(packets);
        counters.add(bytes, length);
    }
}
