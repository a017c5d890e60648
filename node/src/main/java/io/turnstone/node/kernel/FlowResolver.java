package io.turnstone.node.kernel;

import io.turnstone.node.fib.Adjacency;
import io.turnstone.node.fib.Fib;
import io.turnstone.node.fib.Leg;
import io.turnstone.node.fib.Lookup;
import io.turnstone.protocol.net.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * Asks the forwarding tables what becomes of a flow, as a forwarder asks them for a packet, and says until when that is so.
 * Control thread.
 *
 * <p>A flow whose packets tell the control plane something is left to user space: one of a client that is heard through a
 * proxy, that moves, or that is not known to be here; one of a peer that is not known to be here.
 */
final class FlowResolver {
    private final Fib fib;
    private final Lookup lookup;
    private final LocalAddresses addresses;

    FlowResolver(Fib fib, LocalAddresses addresses) {
        this.fib = fib;
        this.lookup = fib.newLookup();
        this.addresses = addresses;
    }

    /** @return null if it is for user space to say */
    @Nullable
    Onward resolve(Flow flow, long nowMs) {
        Onward onward = switch (flow) {
            case Flow.OfChannel it -> ofChannel(it, nowMs);
            case Flow.OfIndications it -> ofIndications(it, nowMs);
            case Flow.OfPeer it -> ofPeer(it, nowMs);
        };
        return onward != null && isPlain(flow.source(), onward) ? onward : null;
    }

    private @Nullable Onward ofChannel(Flow.OfChannel flow, long nowMs) {
        TransportAddress client = flow.source();
        int adjacency = lookup.fromClientChannel(
            flow.listener(), client.high(), client.low(), client.port(), flow.number(), nowMs);
        if (!Adjacency.leavesHere(adjacency) || !isHere(lookup.leg(), client)) {
            return null;
        }
        Leg.Channel channel = lookup.leg().channel(flow.number(), nowMs);
        return channel == null
            ? null
            : onward(adjacency, addresses.ofListener(flow.listener()), channel.peer(), channel.expiryMs(), nowMs);
    }

    private @Nullable Onward ofIndications(Flow.OfIndications flow, long nowMs) {
        TransportAddress client = flow.source();
        TransportAddress peer = flow.peer();
        int adjacency = lookup.fromClient(flow.listener(), client.high(), client.low(), client.port())
            .toPeer(peer.high(), peer.low(), peer.port(), nowMs);
        return Adjacency.leavesHere(adjacency) && isHere(lookup.leg(), client)
            ? onward(adjacency, addresses.ofListener(flow.listener()), peer, Long.MAX_VALUE, nowMs)
            : null;
    }

    private @Nullable Onward ofPeer(Flow.OfPeer flow, long nowMs) {
        TransportAddress peer = flow.source();
        int adjacency = lookup.atRelay(flow.relayed()).fromPeer(peer.high(), peer.low(), peer.port(), nowMs);
        if (!Adjacency.leavesHere(adjacency)) {
            return null;
        }
        Leg leg = lookup.leg();
        Leg.Relay relay = leg.relayFor(peer.high(), peer.low());
        TransportAddress at = relay == null ? null : addresses.ofRelay(relay.socket());
        boolean expected = fib.returnPathDirect() || leg.expectsHere(peer.high(), peer.low(), peer.port());
        return at != null && expected ? onward(adjacency, at, peer, Long.MAX_VALUE, nowMs) : null;
    }

    private boolean isHere(Leg leg, TransportAddress client) {
        return leg.client().equals(client)
            && !leg.isMoving()
            && isUnproxied(leg)
            && (leg.attachment() == Leg.THIS_NODE || fib.returnPathDirect());
    }

    private static boolean isUnproxied(Leg leg) {
        TransportAddress client = leg.client();
        return !leg.isProxied()
            && leg.hopPort() == client.port()
            && leg.hopLow() == client.low()
            && leg.hopHigh() == client.high();
    }

    /**
     * @param peer as the leg that the datagrams come in by knows it
     * @param deadlineMs of what named the peer
     */
    private @Nullable Onward onward(
        int adjacency, TransportAddress at, TransportAddress peer, long deadlineMs, long nowMs) {
        Leg in = lookup.leg();
        long untilMs = Math.min(deadlineMs, Math.min(in.expiryMs(), in.permissionExpiryMs(peer.high(), peer.low())));
        if (Adjacency.kind(adjacency) == Adjacency.PEER) {
            TransportAddress from = addresses.ofRelay(lookup.relaySocket());
            return from == null
                ? null
                : new Onward(at, from, peer, peer, Leg.NO_CHANNEL, Adjacency.PEER, in, in, untilMs);
        }
        Leg out = lookup.egress();
        if (out.isMoving() || !isUnproxied(out)) {
            return null;
        }
        TransportAddress named = new TransportAddress(lookup.peerHigh(), lookup.peerLow(), lookup.peerPort());
        untilMs = Math.min(untilMs, Math.min(out.expiryMs(), out.permissionExpiryMs(named.high(), named.low())));
        if (lookup.channel() != Leg.NO_CHANNEL) {
            Leg.Channel channel = out.channel(lookup.channel(), nowMs);
            if (channel == null || !channel.peer().equals(named)) {
                return null;
            }
            untilMs = Math.min(untilMs, channel.expiryMs());
        }
        return new Onward(
            at, addresses.ofListener(out.listener()), out.client(), named, lookup.channel(), Adjacency.kind(adjacency),
            in, out, untilMs);
    }

    /** One family of addresses from end to end, since the IP header keeps its length, and each a known one. */
    private static boolean isPlain(TransportAddress from, Onward onward) {
        boolean ipv4 = from.isIpv4();
        return onward.at().isIpv4() == ipv4
            && onward.source().isIpv4() == ipv4
            && onward.destination().isIpv4() == ipv4
            && !onward.at().ip().toInetAddress().isAnyLocalAddress()
            && !onward.source().ip().toInetAddress().isAnyLocalAddress()
            && !onward.destination().ip().toInetAddress().isMulticastAddress();
    }
}
