package io.turnstone.node.fib;

import io.turnstone.node.fib.Leg.Relay;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Collects a {@link Leg}. One thread, used once. Without further calls: not attached, no relayed address, expired.
 */
public final class LegBuilder {
    final long allocationId;
    final TransportAddress client;
    final LegCounters counters;
    TransportAddress hop;
    boolean proxied;
    int listener = Leg.NO_LISTENER;
    @Nullable
    TransportAddress nextClient;
    int nextListener = Leg.NO_LISTENER;
    int attachment = Leg.THIS_NODE;
    int home = Leg.THIS_NODE;
    boolean standIn;
    long expiryMs;
    @Nullable
    Relay relayIpv4;
    @Nullable
    Relay relayIpv6;
    long[] permissions = new long[4 * Leg.LONGS_PER_PERMISSION];
    int permissionsLength;
    long[] channels = new long[2 * Leg.LONGS_PER_CHANNEL];
    int channelsLength;
    long[] exits = new long[0];

    LegBuilder(long allocationId, TransportAddress client, LegCounters counters) {
        this.allocationId = allocationId;
        this.client = client;
        this.hop = client;
        this.counters = counters;
    }

    /** The client is heard through a proxy, at one node; that node knows the proxy by {@link #hop}. */
    public LegBuilder proxied(boolean isProxied) {
        proxied = isProxied;
        return this;
    }

    /** Whom to send to instead of the client. */
    public LegBuilder hop(TransportAddress address) {
        hop = address;
        return this;
    }

    /**
     * @param nodeNumber where the client's packets arrive, or {@link Leg#UNHEARD}; {@code listenerIndex} of its service
     *     address on this node
     */
    public LegBuilder attachedTo(int nodeNumber, int listenerIndex) {
        attachment = nodeNumber;
        listener = listenerIndex;
        return this;
    }

    /** The client may also send from there, to the service address with that listener's index on this node. */
    public LegBuilder movingTo(TransportAddress next, int listenerIndex) {
        nextClient = next;
        nextListener = listenerIndex;
        return this;
    }

    public LegBuilder home(int nodeNumber) {
        home = nodeNumber;
        return this;
    }

    /** The home did not open the relayed addresses: who did is silent. */
    public LegBuilder standIn(boolean doesStandIn) {
        standIn = doesStandIn;
        return this;
    }

    public LegBuilder expiryMs(long deadlineMs) {
        expiryMs = deadlineMs;
        return this;
    }

    /** One per family; a second one of the same family replaces the first. */
    public LegBuilder relay(TransportAddress address, int socket) {
        if (address.isIpv4()) {
            relayIpv4 = new Relay(address, socket);
        } else {
            relayIpv6 = new Relay(address, socket);
        }
        return this;
    }

    /** At most one per address. */
    public LegBuilder permission(IpAddress peer, long deadlineMs) {
        permissions = withRoom(permissions, permissionsLength + Leg.LONGS_PER_PERMISSION);
        permissions[permissionsLength++] = peer.high();
        permissions[permissionsLength++] = peer.low();
        permissions[permissionsLength++] = deadlineMs;
        return this;
    }

    /** At most one live channel per number and per peer (RFC 8656 §12). */
    public LegBuilder channel(int number, TransportAddress peer, long deadlineMs) {
        channels = withRoom(channels, channelsLength + Leg.LONGS_PER_CHANNEL);
        channels[channelsLength++] = peer.high();
        channels[channelsLength++] = peer.low();
        channels[channelsLength++] = (long) peer.port() << Short.SIZE | number;
        channels[channelsLength++] = deadlineMs;
        return this;
    }

    /** That peer's packets arrive at that node. At most one node per peer. */
    public LegBuilder exit(TransportAddress peer, int nodeNumber) {
        int at = exits.length;
        exits = Arrays.copyOf(exits, at + Leg.LONGS_PER_EXIT);
        exits[at] = peer.high();
        exits[at + 1] = peer.low();
        exits[at + 2] = (long) peer.port() << Integer.SIZE | nodeNumber;
        return this;
    }

    public Leg build() {
        return new Leg(this);
    }

    private static long[] withRoom(long[] array, int length) {
        return length <= array.length ? array : Arrays.copyOf(array, array.length * 2);
    }
}
