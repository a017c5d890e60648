package io.turnstone.node.fib;

import io.turnstone.node.fib.Leg.Relay;
import io.turnstone.protocol.net.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * A reader's cursor over the {@link Fib}: one per thread. Every question is answered with an {@link Adjacency} and
 * leaves in the cursor what the packet needs to go there. Allocates nothing.
 *
 * <p>Nothing is remembered between packets: both legs of a relay-to-relay hop are looked up and both permissions
 * checked for each packet, so there is no stale path when a route comes or goes.
 */
public final class Lookup {
    private final Fib fib;
    private @Nullable Leg leg;
    private @Nullable Leg egress;
    private long peerHigh;
    private long peerLow;
    private int peerPort;
    private int channel;
    private int relaySocket;

    Lookup(Fib fib) {
        this.fib = fib;
    }

    /** Of ChannelData from a client (RFC 8656 §12.6). The channel's own deadline and the permission's both count. */
    public int fromClientChannel(int listener, long high, long low, int port, int channelNumber, long nowMs) {
        Leg from = client(listener, high, low, port);
        if (from == null || !from.isLive(nowMs)) {
            return dead(from);
        }
        int index = from.channelIndex(channelNumber, nowMs);
        if (index < 0) {
            return Adjacency.drop(DropReason.NO_CHANNEL);
        }
        peer(from.channelPeerHigh(index), from.channelPeerLow(index), from.channelPeerPort(index));
        return route(from, nowMs);
    }

    /** Finds the leg of a client for {@link #toPeer}; the first half of a Send indication's lookup. */
    public Lookup fromClient(int listener, long high, long low, int port) {
        client(listener, high, low, port);
        return this;
    }

    /** Of a Send indication of the client named by {@link #fromClient} (RFC 8656 §11.4). */
    public int toPeer(long high, long low, int port, long nowMs) {
        Leg from = leg;
        if (from == null || !from.isLive(nowMs)) {
            return dead(from);
        }
        peer(high, low, port);
        return route(from, nowMs);
    }

    private @Nullable Leg client(int listener, long high, long low, int port) {
        leg = fib.byClient(high, low, port, listener);
        return leg;
    }

    /** Names the relayed address that a datagram came to, for {@link #fromPeer}. */
    public Lookup atRelay(TransportAddress relayed) {
        leg = fib.byRelayed(relayed.high(), relayed.low(), relayed.port());
        return this;
    }

    /** Of a peer's datagram at the relayed address named by {@link #atRelay} (RFC 8656 §11.5, §12.7). */
    public int fromPeer(long high, long low, int port, long nowMs) {
        peer(high, low, port);
        return toClient(leg, nowMs);
    }

    /**
     * Of a frame from another node for the client of an allocation. Another node may know less of where the client is, so
     * the answer may be a third node, but only for {@link #orHere} to judge.
     */
    public int fromFabricToClient(long allocationId, long high, long low, int port, long nowMs) {
        leg = fib.byId(allocationId);
        peer(high, low, port);
        return toClient(leg, nowMs);
    }

    /** Of a frame from another node for a peer of an allocation served here; see {@link #fromFabricToClient}. */
    public int fromFabricToPeer(long allocationId, long high, long low, int port, long nowMs) {
        leg = fib.byId(allocationId);
        return toPeer(high, low, port, nowMs);
    }

    /**
     * What to do with a frame that has been passed on once already instead of {@code adjacency}, so that two nodes that
     * disagree do not send it to and fro: it leaves here, by the listener or relay socket that this node has.
     */
    public int orHere(int adjacency) {
        return switch (Adjacency.kind(adjacency)) {
            case Adjacency.NODE_TO_CLIENT -> known(egress).listener() == Leg.NO_LISTENER
                ? Adjacency.drop(DropReason.FABRIC_LOOP)
                : Adjacency.of(Adjacency.CLIENT, 0);
            case Adjacency.NODE_TO_PEER -> relaySocket == Leg.NO_SOCKET
                ? Adjacency.drop(DropReason.FABRIC_LOOP)
                : Adjacency.of(Adjacency.PEER, 0);
            default -> adjacency;
        };
    }

    /** The permission of the sender, then by what the peer's address is. */
    private int route(Leg from, long nowMs) {
        if (!from.permits(peerHigh, peerLow, nowMs)) {
            return Adjacency.drop(DropReason.NO_PERMISSION);
        }
        Relay relay = from.relayFor(peerHigh, peerLow);
        if (relay == null) {
            return Adjacency.drop(DropReason.NO_RELAYED_FAMILY);
        }
        return switch (fib.scope().classify(peerHigh, peerLow, peerPort)) {
            case ClusterScope.PLAIN -> toPlainPeer(from, relay);
            case ClusterScope.RELAYED -> toRelayedPeer(relay.address(), nowMs);
            default -> Adjacency.drop(DropReason.PEER_FORBIDDEN);
        };
    }

    /** A node that has the socket sends itself, unless answers must leave where the peer's packets arrive. */
    private int toPlainPeer(Leg from, Relay relay) {
        egress = from;
        channel = Leg.NO_CHANNEL;
        relaySocket = relay.socket();
        if (relaySocket == Leg.VIRTUAL) {
            return Adjacency.drop(DropReason.VIRTUAL_RELAY);
        }
        int exit = peerExit(from);
        if (exit != Leg.THIS_NODE) {
            return Adjacency.of(Adjacency.NODE_TO_PEER, exit);
        }
        return relaySocket == Leg.NO_SOCKET
            ? Adjacency.drop(DropReason.NO_RELAY_SOCKET)
            : Adjacency.of(Adjacency.PEER, 0);
    }

    /** Where a packet to a plain peer leaves the cluster. */
    private int peerExit(Leg from) {
        return relaySocket != Leg.NO_SOCKET && fib.returnPathDirect()
            ? Leg.THIS_NODE
            : from.exitTo(peerHigh, peerLow, peerPort);
    }

    /** The peer is another allocation: seen from there, our relayed address is the peer. */
    private int toRelayedPeer(TransportAddress relayed, long nowMs) {
        Leg target = fib.byRelayed(peerHigh, peerLow, peerPort);
        if (target == null) {
            return Adjacency.drop(DropReason.TARGET_UNKNOWN);
        }
        if (!target.isLive(nowMs)) {
            return Adjacency.drop(DropReason.TARGET_EXPIRED);
        }
        if (!target.permits(relayed.high(), relayed.low(), nowMs)) {
            return Adjacency.drop(DropReason.TARGET_NO_PERMISSION);
        }
        peer(relayed.high(), relayed.low(), relayed.port());
        return leaveBy(target, Adjacency.RELAY, nowMs);
    }

    private int toClient(@Nullable Leg to, long nowMs) {
        if (to == null || !to.isLive(nowMs)) {
            return dead(to);
        }
        if (!to.permits(peerHigh, peerLow, nowMs)) {
            return Adjacency.drop(DropReason.NO_PERMISSION);
        }
        return leaveBy(to, Adjacency.CLIENT, nowMs);
    }

    private int leaveBy(Leg to, int kindHere, long nowMs) {
        egress = to;
        channel = to.channelTo(peerHigh, peerLow, peerPort, nowMs);
        int attachment = to.attachment();
        boolean listensHere = to.listener() != Leg.NO_LISTENER;
        if (attachment == Leg.THIS_NODE || (listensHere && fib.returnPathDirect() && !to.isProxied())) {
            return listensHere ? Adjacency.of(kindHere, 0) : Adjacency.drop(DropReason.NO_LISTENER);
        }
        return attachment == Leg.UNHEARD
            ? Adjacency.drop(DropReason.CLIENT_UNHEARD)
            : Adjacency.of(Adjacency.NODE_TO_CLIENT, attachment);
    }

    private static int dead(@Nullable Leg none) {
        return Adjacency.drop(none == null ? DropReason.NO_ALLOCATION : DropReason.ALLOCATION_EXPIRED);
    }

    private void peer(long high, long low, int port) {
        peerHigh = high;
        peerLow = low;
        peerPort = port;
    }

    /** The leg that the packet came in by; only after an answer other than {@link DropReason#NO_ALLOCATION}. */
    public Leg leg() {
        return known(leg);
    }

    /** The leg that the packet leaves by: {@link #leg}, or the target's for a relay-to-relay hop. Not after a drop. */
    public Leg egress() {
        return known(egress);
    }

    /** The peer as the egress leg sees it: where to send, or whom to name to the client. */
    public long peerHigh() {
        return peerHigh;
    }

    public long peerLow() {
        return peerLow;
    }

    public int peerPort() {
        return peerPort;
    }

    /** The channel of the egress leg that is bound to the peer, or {@link Leg#NO_CHANNEL}: a Data indication it is. */
    public int channel() {
        return channel;
    }

    /** The socket to send from; after {@link Adjacency#PEER} only. */
    public int relaySocket() {
        return relaySocket;
    }

    private static Leg known(@Nullable Leg leg) {
        if (leg == null) {
            throw new AssertionError("asked for a leg that the lookup did not find");
        }
        return leg;
    }
}
