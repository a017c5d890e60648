package io.turnstone.node.fib;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All that a packet thread needs to know of one allocation. Immutable, any thread; the FIB's writer replaces it whole.
 *
 * <p>Addresses are the advertised ones. Nodes are numbers local to this process; {@link #THIS_NODE} is this one. Times
 * are epoch milliseconds; an entry lives while {@code nowMs < expiryMs}. Permissions and channels are flat arrays
 * searched from the front: an allocation has a handful of them, and the control plane limits their number.
 */
public final class Leg {
    public static final int THIS_NODE = 0;
    /** The node where the client was heard last is silent, and no other node has heard it since. */
    public static final int UNHEARD = -1;
    /** The client's service address is not one that this node listens on. */
    public static final int NO_LISTENER = -1;
    /** This node has no socket of that relayed address. */
    public static final int NO_SOCKET = -1;
    /** No node has a socket of that relayed address: it stands for the allocation among the cluster's clients only. */
    public static final int VIRTUAL = -2;
    /** No channel is bound: RFC 8656 §12 numbers none 0. */
    public static final int NO_CHANNEL = 0;

    static final int LONGS_PER_PERMISSION = 3;
    static final int LONGS_PER_CHANNEL = 4;
    static final int LONGS_PER_EXIT = 3;
    private static final int NOT_FOUND = -1;

    private final long allocationId;
    private final TransportAddress client;
    private final long hopHigh;
    private final long hopLow;
    private final int hopPort;
    private final boolean proxied;
    private final int listener;
    private final @Nullable TransportAddress nextClient;
    private final int nextListener;
    private final int attachment;
    private final int home;
    private final boolean standIn;
    private final long expiryMs;
    private final @Nullable Relay relayIpv4;
    private final @Nullable Relay relayIpv6;
    private final long[] permissions;
    private final long[] channels;
    private final long[] exits;
    private final LegCounters counters;

    /**
     * A relayed transport address as this node sees it. Immutable.
     *
     * @param address the advertised address
     * @param socket the handle of its socket on this node, {@link Leg#NO_SOCKET} or {@link Leg#VIRTUAL}
     */
    public record Relay(TransportAddress address, int socket) {}

    /** A channel as the control thread asks for it; packet threads read it where it lies. Immutable. */
    public record Channel(TransportAddress peer, long expiryMs) {}

    Leg(LegBuilder from) {
        allocationId = from.allocationId;
        client = from.client;
        hopHigh = from.hop.high();
        hopLow = from.hop.low();
        hopPort = from.hop.port();
        proxied = from.proxied;
        listener = from.listener;
        nextClient = from.nextClient;
        nextListener = from.nextListener;
        attachment = from.attachment;
        home = from.home;
        standIn = from.standIn;
        expiryMs = from.expiryMs;
        relayIpv4 = from.relayIpv4;
        relayIpv6 = from.relayIpv6;
        permissions = Arrays.copyOf(from.permissions, from.permissionsLength);
        channels = Arrays.copyOf(from.channels, from.channelsLength);
        exits = from.exits;
        counters = from.counters;
    }

    /** @param counters of this allocation, the same ones in every later leg of it: {@link Fib#counters} */
    public static LegBuilder builder(long allocationId, TransportAddress client, LegCounters counters) {
        return new LegBuilder(allocationId, client, counters);
    }

    public long allocationId() {
        return allocationId;
    }

    public TransportAddress client() {
        return client;
    }

    /** Where this node sends what is for the client: the client, or the proxy through which it was heard here. */
    public long hopHigh() {
        return hopHigh;
    }

    public long hopLow() {
        return hopLow;
    }

    public int hopPort() {
        return hopPort;
    }

    /** Only the node of the attachment can reach the client, through a proxy. */
    public boolean isProxied() {
        return proxied;
    }

    /** The index of the listener on this node whose service address the client uses, or {@link #NO_LISTENER}. */
    public int listener() {
        return listener;
    }

    /** Whether the client is moving to that 5-tuple, to which nothing is sent before it sends data (RFC 8016). */
    public boolean isMovingTo(int atListener, long high, long low, int port) {
        return nextClient != null
            && nextListener == atListener
            && nextClient.low() == low
            && nextClient.port() == port
            && nextClient.high() == high;
    }

    /** Whether there is a second place from which the client may send (RFC 8016). */
    public boolean isMoving() {
        return nextClient != null;
    }

    @Nullable
    TransportAddress nextClient() {
        return nextClient;
    }

    int nextListener() {
        return nextListener;
    }

    /** The node where the client's packets arrive now, or {@link #UNHEARD}. */
    public int attachment() {
        return attachment;
    }

    /** The node that serves the relayed addresses. */
    public int home() {
        return home;
    }

    /** Whether the home does so for a node that is silent. */
    public boolean standIn() {
        return standIn;
    }

    public long expiryMs() {
        return expiryMs;
    }

    public boolean isLive(long nowMs) {
        return nowMs < expiryMs;
    }

    public LegCounters counters() {
        return counters;
    }

    /** The relayed address of the family of that peer, or null if the allocation has none. */
    public @Nullable Relay relayFor(long peerHigh, long peerLow) {
        return IpAddress.isIpv4(peerHigh, peerLow) ? relayIpv4 : relayIpv6;
    }

    public @Nullable Relay relayIpv4() {
        return relayIpv4;
    }

    public @Nullable Relay relayIpv6() {
        return relayIpv6;
    }

    /** Whether a permission for that IP address lives (RFC 8656 §9). */
    public boolean permits(long peerHigh, long peerLow, long nowMs) {
        return nowMs < permissionExpiryMs(peerHigh, peerLow);
    }

    /** When the permission for that IP address ends; 0 if there is none. */
    public long permissionExpiryMs(long peerHigh, long peerLow) {
        for (int at = 0; at < permissions.length; at += LONGS_PER_PERMISSION) {
            if (permissions[at + 1] == peerLow && permissions[at] == peerHigh) {
                return permissions[at + 2];
            }
        }
        return 0;
    }

    /** The number of the live channel bound to that peer, or {@link #NO_CHANNEL}. */
    public int channelTo(long peerHigh, long peerLow, int peerPort, long nowMs) {
        for (int at = 0; at < channels.length; at += LONGS_PER_CHANNEL) {
            if (channels[at + 1] == peerLow
                && channels[at] == peerHigh
                && channels[at + 2] >>> Short.SIZE == peerPort
                && nowMs < channels[at + 3]) {
                return (int) channels[at + 2] & 0xFFFF;
            }
        }
        return NO_CHANNEL;
    }

    /** The node where packets for that peer leave: where the peer's own arrive, as far as that is known, else the home. */
    public int exitTo(long peerHigh, long peerLow, int peerPort) {
        int exit = findExit(peerHigh, peerLow, peerPort);
        return exit == NOT_FOUND ? home : exit;
    }

    private int findExit(long peerHigh, long peerLow, int peerPort) {
        for (int at = 0; at < exits.length; at += LONGS_PER_EXIT) {
            if (exits[at + 1] == peerLow && exits[at] == peerHigh && exits[at + 2] >>> Integer.SIZE == peerPort) {
                return (int) exits[at + 2];
            }
        }
        return NOT_FOUND;
    }

    /**
     * Whether everybody knows, or takes for granted, that the peer's packets arrive at this node. Of a home that stands in
     * for a dead one it has to be told: it may cease to be the home while a balancer goes on sending the peer's packets to it.
     */
    public boolean expectsHere(long peerHigh, long peerLow, int peerPort) {
        int exit = findExit(peerHigh, peerLow, peerPort);
        return exit == NOT_FOUND ? home == THIS_NODE && !standIn : exit == THIS_NODE;
    }

    /** The live channel of that number, or null. Allocates. */
    public @Nullable Channel channel(int number, long nowMs) {
        int at = channelIndex(number, nowMs);
        return at < 0
            ? null
            : new Channel(
                new TransportAddress(channelPeerHigh(at), channelPeerLow(at), channelPeerPort(at)), channels[at + 3]);
    }

    /**
     * Where the channel of that number stands for {@link #channelPeerHigh} and its kin; negative if it is not bound.
     */
    int channelIndex(int number, long nowMs) {
        for (int at = 0; at < channels.length; at += LONGS_PER_CHANNEL) {
            if (((int) channels[at + 2] & 0xFFFF) == number && nowMs < channels[at + 3]) {
                return at;
            }
        }
        return NOT_FOUND;
    }

    long channelPeerHigh(int index) {
        return channels[index];
    }

    long channelPeerLow(int index) {
        return channels[index + 1];
    }

    int channelPeerPort(int index) {
        return (int) (channels[index + 2] >>> Short.SIZE);
    }

    /** Whether packets fare the same under both; the counters may differ. */
    public boolean forwardsLike(Leg other) {
        return allocationId == other.allocationId
            && client.equals(other.client)
            && hopHigh == other.hopHigh
            && hopLow == other.hopLow
            && hopPort == other.hopPort
            && proxied == other.proxied
            && listener == other.listener
            && Objects.equals(nextClient, other.nextClient)
            && nextListener == other.nextListener
            && attachment == other.attachment
            && home == other.home
            && standIn == other.standIn
            && expiryMs == other.expiryMs
            && Objects.equals(relayIpv4, other.relayIpv4)
            && Objects.equals(relayIpv6, other.relayIpv6)
            && Arrays.equals(permissions, other.permissions)
            && Arrays.equals(channels, other.channels)
            && Arrays.equals(exits, other.exits);
    }

    @Override
    public String toString() {
        return "Leg " + Long.toUnsignedString(allocationId) + " of " + client;
    }
}
