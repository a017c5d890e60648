package io.turnstone.loadtest.hold;

import io.turnstone.loadtest.client.ClientLoop;
import java.nio.ByteBuffer;

/**
 * Packets both ways between two ends: two allocations that send to each other's relayed address, or one end and a peer
 * that echoes. On the loop's thread only.
 */
abstract sealed class Flow permits RelayFlow, EchoFlow {
    private final String name;
    private final String kind;

    Flow(String name, String kind) {
        this.name = name;
        this.kind = kind;
    }

    final String name() {
        return name;
    }

    /** {@code relay}, {@code peer} or {@code control}, and what carries it. */
    final String kind() {
        return kind;
    }

    abstract void start(ClientLoop loop, long intervalNs, long offsetNs);

    abstract void begin(int window, long nowNs);

    abstract void stop(long nowNs);

    /** Whether packets of this window have arrived both ways. */
    abstract boolean flows();

    abstract DirectionReport there();

    abstract DirectionReport back();

    /** Counts an arrival at the first end, or at the second where there are two. */
    abstract void onProbe(int end, ByteBuffer probe, long nowNs);
}
