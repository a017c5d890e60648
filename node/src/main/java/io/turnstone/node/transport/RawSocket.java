package io.turnstone.node.transport;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A raw, non-blocking socket of Linux. One thread. */
final class RawSocket implements AutoCloseable {
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int IPPROTO_ICMP = 1;
    static final int IPPROTO_ICMPV6 = 58;
    static final int SOL_RAW = 255;

    private static final int SOCK_RAW = 3;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int PACKET_LENGTH_MAX = 2048;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO_VALUE = STATE.varHandle(StructLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SOCKET = function(
        "socket",
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle SETSOCKOPT = function(
        "setsockopt",
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT));
    private static final MethodHandle RECV = function(
        "recv",
        FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT));
    private static final MethodHandle CLOSE = function(
        "close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private final Arena arena = Arena.ofShared();
    private final MemorySegment state = arena.allocate(STATE);
    private final MemorySegment memory = arena.allocate(PACKET_LENGTH_MAX);
    private final UnsafeBuffer packet = new UnsafeBuffer(memory.asByteBuffer());
    private final int descriptor;

    /** @throws IOException with the errno, such as 1 (EPERM) without CAP_NET_RAW */
    RawSocket(int family, int protocol) throws IOException {
        int type = SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC;
        try {
            descriptor = (int) SOCKET.invokeExact(state, family, type, protocol);
        } catch (Throwable e) {
            throw unexpected("socket", e);
        }
        if (descriptor < 0) {
            int errno = (int) ERRNO_VALUE.get(state, 0L);
            arena.close();
            throw new IOException("errno " + errno);
        }
    }

    @SuppressWarnings("restricted") // native calls are this class's purpose; the manifest enables them
    private static MethodHandle function(String name, FunctionDescriptor signature) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), signature, ERRNO);
    }

    /**
     * Sets an option whose value is words in native order; one that the kernel refuses leaves more to be ignored later.
     */
    void setOption(int level, int name, int... words) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment value = scratch.allocateFrom(ValueLayout.JAVA_INT, words);
            int length = (int) value.byteSize();
            int ignored = (int) SETSOCKOPT.invokeExact(state, descriptor, level, name, value, length);
        } catch (Throwable e) {
            throw unexpected("setsockopt", e);
        }
    }

    /** @return the octets received, at the start of {@link #packet}; negative if there is nothing */
    int receive() {
        try {
            return (int) (long) RECV.invokeExact(state, descriptor, memory, (long) PACKET_LENGTH_MAX, MSG_DONTWAIT);
        } catch (Throwable e) {
            throw unexpected("recv", e);
        }
    }

    DirectBuffer packet() {
        return packet;
    }

    @Override
    public void close() {
        try {
            int ignored = (int) CLOSE.invokeExact(state, descriptor);
        } catch (Throwable e) {
            throw unexpected("close", e);
        } finally {
            arena.close();
        }
    }

    private static IllegalStateException unexpected(String function, Throwable cause) {
        return new IllegalStateException("calling " + function + " failed before the system was reached", cause);
    }
}
