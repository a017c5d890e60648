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
    private final String ends;

    /** @param ends between whom it is, for people */
    Flow(String name, String kind, String ends) {
        this.name = name;
        this.kind = kind;
        this.ends = ends;
    }

    final String name() {
        return name;
    }

    /** {@code relay}, {@code peer} or {@code control}, and what carries it. */
    final String kind() {
        return kind;
    }

    /** Why it does not flow, as far as its ends can tell. */
    final String complaint() {
        return "%s (%s) between %s: %d of %d packets there, %d of %d back".formatted(name, kind, ends,
            there().received(), there().sent(), back().received(), back().sent());
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
