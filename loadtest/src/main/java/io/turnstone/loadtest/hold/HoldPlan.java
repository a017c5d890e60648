package io.turnstone.loadtest.hold;

import io.turnstone.loadtest.client.Credentials;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to hold, for how long, and what to send.
 *
 * @param measured flows at {@code rate}; the others get {@code keepAliveRate}
 * @param rate packets a second, each way
 * @param peer an echo that no TURN server relays; null: relay-to-relay flows only
 * @param peerPercent of the flows that go to {@code peer}
 * @param control an echo reached without any TURN; null: one in this process
 * @param seconds of the window; 0: until {@link Hold#stop}
 * @param requestEverySeconds between two rounds of Refresh, CreatePermission and ChannelBind; 0: as browsers do
 * @param locals addresses that clients take in turn; empty: the system's choice
 */
record HoldPlan(InetSocketAddress server, Credentials credentials, int allocations, int measured, int rate,
    double keepAliveRate, int payloadBytes, @Nullable InetSocketAddress peer, int peerPercent, Carrier carrier,
    @Nullable InetSocketAddress control, int seconds, int requestEverySeconds, List<InetAddress> locals) {

    /** What payload travels in between client and server. */
    enum Carrier {
        CHANNELS,
        INDICATIONS,
        MIXED;

        /** Whether the flow of that number uses a channel; half of them, whatever their kind, where both are mixed. */
        boolean channelFor(int flow) {
            return this == CHANNELS || (this == MIXED && flow / 2 % 2 == 0);
        }
    }

    /** Whether the flow of that number goes to the peer: evenly spread over all numbers. */
    boolean isToPeer(int flow) {
        return peer != null && (flow + 1) * peerPercent / 100 > flow * peerPercent / 100;
    }
}
