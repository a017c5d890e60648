package io.turnstone.loadtest.hold;

import java.nio.ByteBuffer;

/**
 * A numbered packet, and in an echo what the peer has seen of its flow. A window is a span of counting: its number
 * changes when all counting starts anew, so that late packets of the last one are not taken for packets of this one.
 *
 * <pre>
 *  0        4        8        12       16
 * | magic  | flow   | window | number | peer received 4 | peer's longest gap, µs 4 | zeros up to the payload size |
 * </pre>
 */
final class Probe {
    static final int HEADER_BYTES = 24;
    private static final int MAGIC = 0x5475_726F;
    private static final int FLOW_OFFSET = 4;
    private static final int WINDOW_OFFSET = 8;
    private static final int NUMBER_OFFSET = 12;
    private static final int PEER_RECEIVED_OFFSET = 16;
    private static final int PEER_GAP_US_OFFSET = 20;

    private Probe() {}

    static boolean isIn(ByteBuffer payload) {
        return payload.remaining() >= HEADER_BYTES && payload.getInt(payload.position()) == MAGIC;
    }

    static int flow(ByteBuffer probe) {
        return probe.getInt(probe.position() + FLOW_OFFSET);
    }

    static int window(ByteBuffer probe) {
        return probe.getInt(probe.position() + WINDOW_OFFSET);
    }

    static int number(ByteBuffer probe) {
        return probe.getInt(probe.position() + NUMBER_OFFSET);
    }

    static int peerReceived(ByteBuffer probe) {
        return probe.getInt(probe.position() + PEER_RECEIVED_OFFSET);
    }

    static int peerGapUs(ByteBuffer probe) {
        return probe.getInt(probe.position() + PEER_GAP_US_OFFSET);
    }

    static ByteBuffer make(int bytes, int flow, int window, int number) {
        ByteBuffer probe = ByteBuffer.allocate(bytes);
        return probe.putInt(MAGIC).putInt(flow).putInt(window).putInt(number).clear();
    }

    /** Writes into an echo what its sender has seen of the flow. */
    static void stamp(ByteBuffer probe, int received, long longestGapNs) {
        probe.putInt(probe.position() + PEER_RECEIVED_OFFSET, received);
        probe.putInt(probe.position() + PEER_GAP_US_OFFSET, (int) Math.min(longestGapNs / 1_000, Integer.MAX_VALUE));
    }
}
