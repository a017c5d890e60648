package io.turnstone.node.transport;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A raw, non-blocking socket of Linux. One thread. */
final class RawSocket implements AutoCloseable {
    static final int IPPROTO_ICMP = 1;
    static final int IPPROTO_ICMPV6 = 58;
    static final int SOL_RAW = 255;

    private static final int PACKET_LENGTH_MAX = 2048;

    private final LinuxCalls calls = new LinuxCalls();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory = arena.allocate(PACKET_LENGTH_MAX);
    private final UnsafeBuffer packet = new UnsafeBuffer(memory.asByteBuffer());
    private final int descriptor;

    /** @throws IOException with the errno, such as 1 (EPERM) without CAP_NET_RAW */
    RawSocket(int family, int protocol) throws IOException {
        descriptor = calls.socket(family, LinuxCalls.SOCK_RAW, protocol);
        if (descriptor < 0) {
            arena.close();
            throw calls.failure("socket");
        }
    }

    /**
     * Sets an option whose value is words in native order; one that the kernel refuses leaves more to be ignored later.
     */
    void setOption(int level, int name, int... words) {
        calls.setOption(descriptor, level, name, words);
    }

    /** @return the octets received, at the start of {@link #packet}; negative if there is nothing */
    int receive() {
        return calls.receive(descriptor, memory.address(), PACKET_LENGTH_MAX);
    }

    DirectBuffer packet() {
        return packet;
    }

    @Override
    public void close() {
        calls.close(descriptor);
        arena.close();
    }
}
