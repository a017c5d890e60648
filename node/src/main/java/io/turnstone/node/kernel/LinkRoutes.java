package io.turnstone.node.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.turnstone.protocol.net.IpAddress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.NetworkInterface;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/** Asks the kernel by which interface a packet would leave (rtnetlink(7), RTM_GETROUTE). Control thread. */
final class LinkRoutes implements Routes {
    private static final int BUFFER_BYTES = 4096;
    private static final int HEADER_BYTES = 16;
    private static final int ROUTE_BYTES = 12;
    private static final int ATTRIBUTE_BYTES = 4;
    private static final short RTM_GETROUTE = 26;
    private static final short RTM_NEWROUTE = 24;
    private static final short NLM_F_REQUEST = 1;
    private static final short RTA_DST = 1;
    private static final short RTA_SRC = 2;
    private static final short RTA_OIF = 4;
    private static final short RTA_METRICS = 8;
    private static final short RTAX_MTU = 2;
    private static final byte AF_INET = 2;
    private static final byte AF_INET6 = 10;
    private static final byte RTN_UNICAST = 1;
    private static final byte RTN_LOCAL = 2;
    private static final int TYPE_OFFSET = HEADER_BYTES + 7;

    private final KernelCalls calls;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES, Long.BYTES);
    private final int socket;
    private int sequence;

    LinkRoutes(KernelCalls calls) throws IOException {
        this.calls = calls;
        this.socket = calls.routeSocket();
        if (socket < 0) {
            throw calls.failure("asking for routes");
        }
    }

    @Override
    public @Nullable Link of(IpAddress source, IpAddress destination) {
        int length = writeQuestion(source, destination);
        if (calls.send(socket, buffer, length) < 0) {
            return null;
        }
        // The kernel has answered before send(2) returns.
        long received = calls.receive(socket, buffer);
        return received < HEADER_BYTES + ROUTE_BYTES || buffer.get(JAVA_SHORT, 4) != RTM_NEWROUTE
            || buffer.get(JAVA_INT, 8) != sequence
                ? null
                : readAnswer(Math.min((int) received, buffer.get(JAVA_INT, 0)));
    }

    private int writeQuestion(IpAddress source, IpAddress destination) {
        buffer.fill((byte) 0);
        byte[] to = destination.toBytes();
        buffer.set(JAVA_BYTE, HEADER_BYTES, destination.isIpv4() ? AF_INET : AF_INET6);
        buffer.set(JAVA_BYTE, HEADER_BYTES + 1, (byte) (to.length * Byte.SIZE));
        buffer.set(JAVA_BYTE, HEADER_BYTES + 2, (byte) (to.length * Byte.SIZE));
        int at = writeAddress(HEADER_BYTES + ROUTE_BYTES, RTA_DST, to);
        at = writeAddress(at, RTA_SRC, source.toBytes());
        buffer.set(JAVA_INT, 0, at);
        buffer.set(JAVA_SHORT, 4, RTM_GETROUTE);
        buffer.set(JAVA_SHORT, 6, NLM_F_REQUEST);
        buffer.set(JAVA_INT, 8, ++sequence);
        return at;
    }

    private int writeAddress(int at, short type, byte[] address) {
        buffer.set(JAVA_SHORT, at, (short) (ATTRIBUTE_BYTES + address.length));
        buffer.set(JAVA_SHORT, at + 2, type);
        MemorySegment.copy(address, 0, buffer, JAVA_BYTE, at + ATTRIBUTE_BYTES, address.length);
        return at + ATTRIBUTE_BYTES + address.length;
    }

    private @Nullable Link readAnswer(int end) {
        byte type = buffer.get(JAVA_BYTE, TYPE_OFFSET);
        int index = 0;
        int lengthMax = Integer.MAX_VALUE;
        int at = HEADER_BYTES + ROUTE_BYTES;
        while (at + ATTRIBUTE_BYTES <= end) {
            int length = buffer.get(JAVA_SHORT, at) & 0xFFFF;
            short attribute = buffer.get(JAVA_SHORT, at + 2);
            if (length < ATTRIBUTE_BYTES) {
                return null;
            }
            if (attribute == RTA_OIF) {
                index = buffer.get(JAVA_INT, at + ATTRIBUTE_BYTES);
            } else if (attribute == RTA_METRICS) {
                lengthMax = mtu(at + ATTRIBUTE_BYTES, at + length);
            }
            at += length + ATTRIBUTE_BYTES - 1 & -ATTRIBUTE_BYTES;
        }
        int own = ownMtu(index);
        boolean leaves = type == RTN_UNICAST || type == RTN_LOCAL;
        return leaves && own > 0 ? new Link(index, Math.min(own, lengthMax)) : null;
    }

    /** Of the metrics from {@code start} to {@code end}; what is not there bounds nothing. */
    private int mtu(int start, int end) {
        for (int at = start; at + 2 * ATTRIBUTE_BYTES <= end; at += 2 * ATTRIBUTE_BYTES) {
            if (buffer.get(JAVA_SHORT, at + 2) == RTAX_MTU) {
                return buffer.get(JAVA_INT, at + ATTRIBUTE_BYTES);
            }
        }
        return Integer.MAX_VALUE;
    }

    private static int ownMtu(int index) {
        try {
            NetworkInterface link = index == 0 ? null : NetworkInterface.getByIndex(index);
            return link == null ? 0 : link.getMTU();
        } catch (SocketException gone) {
            return 0;
        }
    }

    @Override
    public void close() {
        calls.close(socket);
        arena.close();
    }
}
