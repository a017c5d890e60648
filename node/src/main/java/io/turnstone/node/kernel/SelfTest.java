package io.turnstone.node.kernel;

import io.turnstone.node.fib.Adjacency;
import io.turnstone.node.fib.Leg;
import io.turnstone.node.fib.LegCounters;
import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Tries the program on this kernel before anything is attached: with maps of its own, a client's ChannelData must become a
 * peer's datagram while the lease lasts, and must be left alone after that. Starting thread.
 */
final class SelfTest {
    private static final TransportAddress CLIENT = TransportAddress.parse("192.0.2.2:40000");
    private static final TransportAddress LISTENER = TransportAddress.parse("192.0.2.1:3478");
    private static final TransportAddress RELAYED = TransportAddress.parse("192.0.2.1:50000");
    private static final TransportAddress PEER = TransportAddress.parse("192.0.2.3:7000");
    private static final int CHANNEL = 0x4000;
    private static final byte[] DATA = {'d', 'a', 't', 'a'};
    private static final int LOOPBACK = 1;
    private static final int SLOT = 0;
    private static final int LENGTH_MAX = 1_500;
    private static final int ETHERNET_LENGTH = 14;
    private static final int HEADERS_LENGTH = ETHERNET_LENGTH + 20 + 8;
    private static final int IP_CHECKSUM_OFFSET = ETHERNET_LENGTH + 10;
    private static final int ADDRESSES_OFFSET = ETHERNET_LENGTH + 12;
    private static final short ETHERTYPE_IPV4 = 0x0800;
    private static final long FUTURE_NS = 10_000_000_000L;

    private SelfTest() {}

    /** @throws IOException in one line, if the program cannot be loaded or does not do what it should */
    static void run(KernelCalls calls, ProgramObject object) throws IOException {
        try (Arena arena = Arena.ofConfined();
            FlowTable table = new FlowTable(LoadedProgram.load(calls, LoadedProgram.Hook.INGRESS, object, null))) {
            long untilNs = calls.monotonicNs() + FUTURE_NS;
            Leg leg = Leg.builder(0, CLIENT, new LegCounters(1)).build();
            Onward onward = new Onward(
                LISTENER, RELAYED, PEER, PEER, Leg.NO_CHANNEL, Adjacency.PEER, leg, leg, Long.MAX_VALUE);
            table.put(
                new Flow.OfChannel(0, CLIENT, CHANNEL), onward, new Routes.Link(LOOPBACK, LENGTH_MAX), untilNs, SLOT);
            byte[] frame = frame();
            table.lease(untilNs);
            demand(isForwarded(table.tryOut(arena, frame)) && table.packets(SLOT) == 1, "did not forward a datagram");
            table.lease(0);
            demand(Arrays.equals(frame, table.tryOut(arena, frame)), "forwarded after its lease had ended");
        }
    }

    private static void demand(boolean holds, String otherwise) throws IOException {
        if (!holds) {
            throw new IOException("a program that was tried in this kernel " + otherwise);
        }
    }

    private static byte[] frame() {
        int channelDataLength = Integer.BYTES + DATA.length;
        ByteBuffer frame = ByteBuffer.allocate(HEADERS_LENGTH + channelDataLength);
        frame.putShort(ETHERNET_LENGTH - Short.BYTES, ETHERTYPE_IPV4).position(ETHERNET_LENGTH);
        frame.putShort((short) 0x4500)
            .putShort((short) (frame.capacity() - ETHERNET_LENGTH))
            .putInt(0)
            .putShort((short) 0x4011)
            .putShort((short) 0)
            .putInt(CLIENT.ip().ipv4())
            .putInt(LISTENER.ip().ipv4());
        frame.putShort((short) CLIENT.port())
            .putShort((short) LISTENER.port())
            .putShort((short) (8 + channelDataLength))
            .putShort((short) 0)
            .putShort((short) CHANNEL)
            .putShort((short) DATA.length)
            .put(DATA);
        frame.putShort(IP_CHECKSUM_OFFSET, (short) ~headerSum(frame));
        return frame.array();
    }

    private static boolean isForwarded(byte[] frame) {
        ByteBuffer left = ByteBuffer.wrap(frame);
        return frame.length == HEADERS_LENGTH + DATA.length
            && headerSum(left) == 0xFFFF
            && left.getInt(ADDRESSES_OFFSET) == RELAYED.ip().ipv4()
            && left.getInt(ADDRESSES_OFFSET + 4) == PEER.ip().ipv4()
            && left.getShort(ADDRESSES_OFFSET + 8) == (short) RELAYED.port()
            && left.getShort(ADDRESSES_OFFSET + 10) == (short) PEER.port()
            && Arrays.equals(DATA, 0, DATA.length, frame, HEADERS_LENGTH, frame.length);
    }

    /** RFC 1071; 0xFFFF of a header whose checksum is right. */
    private static int headerSum(ByteBuffer frame) {
        int sum = 0;
        for (int at = ETHERNET_LENGTH; at < HEADERS_LENGTH - 8; at += Short.BYTES) {
            sum += frame.getShort(at) & 0xFFFF;
        }
        sum = (sum & 0xFFFF) + (sum >>> Short.SIZE);
        return (sum & 0xFFFF) + (sum >>> Short.SIZE);
    }
}
