package io.turnstone.node.forwarding;

import io.turnstone.node.fabric.FabricOutcome;
import io.turnstone.node.fib.Leg;
import io.turnstone.node.fib.Lookup;
import io.turnstone.node.transport.DatagramSender;
import io.turnstone.node.transport.Sockets;
import io.turnstone.protocol.fabric.MediaFrame;
import io.turnstone.protocol.fabric.MediaFrameWriter;
import io.turnstone.protocol.net.AddressFamily;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.turn.ChannelData;
import io.turnstone.protocol.turn.DataIndication;
import org.agrona.MutableDirectBuffer;

/**
 * The ways out: each writes the header it needs into the octets before the payload and sends from there. One thread;
 * the cursor passed has just answered with the adjacency that the method stands for.
 */
final class Egress {
    private final Sockets sockets;
    private final PacketThread thread;
    private final DatagramSender sender;
    private final long incarnation;
    private final DataIndication indication = new DataIndication();
    private final MediaFrameWriter frame = new MediaFrameWriter();
    private long transactionId;

    Egress(Sockets sockets, long incarnation, PacketThread thread) {
        this.sockets = sockets;
        this.thread = thread;
        this.sender = thread.sender();
        this.incarnation = incarnation;
        this.transactionId = incarnation;
    }

    /** From the relayed address (RFC 8656 §11.4, §12.6), with DF set if the client asked for it. */
    boolean toPeer(Lookup to, MutableDirectBuffer buffer, int offset, int length, boolean dontFragment) {
        return dontFragment
            ? sender
                .sendDontFragment(to.relaySocket(), buffer, offset, length, to.peerHigh(), to.peerLow(), to.peerPort())
            : sender.send(to.relaySocket(), buffer, offset, length, to.peerHigh(), to.peerLow(), to.peerPort());
    }

    /** As ChannelData if a channel is bound to the peer, else as a Data indication (RFC 8656 §11.5, §12.7). */
    boolean toClient(Lookup to, MutableDirectBuffer buffer, int offset, int length) {
        Leg leg = to.egress();
        int start;
        int total;
        if (to.channel() != Leg.NO_CHANNEL) {
            ChannelData.writeHeader(buffer, offset, to.channel(), length);
            start = offset - ChannelData.HEADER_LENGTH;
            total = ChannelData.HEADER_LENGTH + length;
        } else {
            indication.transactionId(thread.number(), transactionId++)
                .write(buffer, offset, length, to.peerHigh(), to.peerLow(), to.peerPort());
            start = indication.offset();
            total = indication.length();
        }
        int socket = sockets.listenerSocket(leg.listener(), thread.forwarder());
        return sender.send(socket, buffer, start, total, leg.hopHigh(), leg.hopLow(), leg.hopPort());
    }

    /**
     * @param kind of {@link MediaFrame}
     * @param flags of {@link MediaFrame}
     */
    FabricOutcome toNode(int node, int kind, Lookup to, MutableDirectBuffer buffer, int offset, int length, int flags) {
        AddressFamily family = IpAddress.isIpv4(to.peerHigh(), to.peerLow()) ? AddressFamily.IPV4 : AddressFamily.IPV6;
        frame.begin(buffer, offset, kind)
            .incarnation(incarnation)
            .allocation(to.egress().allocationId(), family.number())
            .peer(to.peerHigh(), to.peerLow(), to.peerPort())
            .flags(flags);
        return thread.fabric().offer(node, buffer, frame.offset(), MediaFrame.HEADER_LENGTH + length);
    }
}
