package io.turnstone.node.forwarding;

import io.turnstone.node.punt.PuntReason;
import io.turnstone.node.punt.PuntedFlow;
import io.turnstone.protocol.net.TransportAddress;

/**
 * Tells the control thread of flows that move, so that the kernel may forward them. One thread; allocates nothing.
 *
 * <p>A flow is reported with its {@link #PACKETS_MIN}th packet within {@link #INTERVAL_MS}, so that connectivity checks and
 * keep-alives stay here, and again as long as packets still come here, once in that time. Flows share a table without
 * chains: two that meet there count each other's packets out, and are reported later or not at all.
 */
final class FlowReports {
    private static final int FLOWS = 1 << 14;
    private static final int PACKETS_MIN = 8;
    private static final long INTERVAL_MS = 1_000;
    private static final int REPORTS_PER_MS = 20;
    private static final int REPORTED = 255;

    /** A cell per flow: 16 bits of its hash, 8 of its packets, 40 of the time of the first of them. */
    private static final int TAG_SHIFT = 48;
    private static final int PACKETS_SHIFT = 40;
    private static final long TIME_MASK = (1L << PACKETS_SHIFT) - 1;

    private final RequestPath punts;
    private final PuntedFlow flow = new PuntedFlow();
    private final long[] cells = new long[FLOWS];
    private long limitedMs;
    private int reportsInMs;

    FlowReports(RequestPath punts) {
        this.punts = punts;
    }

    /** ChannelData was forwarded. */
    void channel(Arrival from, int number) {
        if (isDue(from, number, from.listener())) {
            report(from, PuntedFlow.CHANNEL, number, 0, 0);
        }
    }

    /** A Send indication was forwarded. */
    void indication(Arrival from, long peerHigh, long peerLow, int peerPort) {
        if (isDue(from, TransportAddress.hash(peerHigh, peerLow, peerPort), from.listener())) {
            report(from, PuntedFlow.INDICATIONS, peerPort, peerHigh, peerLow);
        }
    }

    /** A peer's datagram was forwarded; {@code from} is the peer. */
    void peer(Arrival from, TransportAddress relayed) {
        if (isDue(from, TransportAddress.hash(relayed.high(), relayed.low(), relayed.port()), 0)) {
            report(from, PuntedFlow.PEER, relayed.port(), relayed.high(), relayed.low());
        }
    }

    private boolean isDue(Arrival from, int name, int listener) {
        int hash = TransportAddress.hash(from.sourceHigh(), from.sourceLow(), from.sourcePort()) * 31 + name + listener;
        hash ^= hash >>> Short.SIZE;
        int index = hash & FLOWS - 1;
        long tag = (hash >>> Short.SIZE) & 0xFFFFL;
        long now = from.nowMs & TIME_MASK;
        long cell = cells[index];
        if (cell >>> TAG_SHIFT != tag || now - (cell & TIME_MASK) >= INTERVAL_MS) {
            cells[index] = tag << TAG_SHIFT | 1L << PACKETS_SHIFT | now;
            return false;
        }
        int packets = (int) (cell >>> PACKETS_SHIFT) & 0xFF;
        if (packets == REPORTED) {
            return false;
        }
        if (packets + 1 < PACKETS_MIN) {
            cells[index] = cell + (1L << PACKETS_SHIFT);
            return false;
        }
        if (!mayReport(from.nowMs)) {
            return false;
        }
        cells[index] = cell | (long) REPORTED << PACKETS_SHIFT;
        return true;
    }

    private boolean mayReport(long nowMs) {
        if (nowMs != limitedMs) {
            limitedMs = nowMs;
            reportsInMs = 0;
        }
        return reportsInMs++ < REPORTS_PER_MS;
    }

    private void report(Arrival from, int kind, int number, long high, long low) {
        punts.punt(PuntReason.ESTABLISHED, from, flow.write(kind, number, high, low), 0, PuntedFlow.LENGTH);
    }
}
