package io.turnstone.loadtest.relay;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * What is relayed, and how. Immutable, any thread.
 *
 * @param allocations how many, of which two are a flow where clients send to each other
 * @param window packets that each flow keeps on their way; whoever gets one sends one. 0 where {@code rate} says when
 * @param sharedWindow whether {@code window} is of all flows together: whoever gets a packet sends the next flow's
 * @param rate packets that the server relays per second, both directions together; 0 where {@code window} says when
 * @param train packets that a client sends in one go
 * @param onePeer whether all clients send to one peer, as to a conference server
 * @param local where clients send from
 * @param peers where plain peers send from; with a port other than 0 there is but {@code onePeer}
 */
public record RelayPlan(int allocations, Path path, Carrier carrier, int payloadBytes, int window,
    boolean sharedWindow, int rate, int train,
    boolean onePeer, InetAddress local, InetSocketAddress peers, int warmUpSeconds, int seconds) {

    /** Who is at the far end. */
    public enum Path {
        /** A plain UDP socket. */
        PEER,
        /** Another client of the same cluster. */
        RELAY
    }

    /** What payload travels in between client and server. */
    public enum Carrier {
        CHANNELS,
        INDICATIONS
    }

    boolean isPaced() {
        return rate > 0;
    }

    boolean sendsTrains() {
        return train > 1;
    }
}
