package io.turnstone.node.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The calls of Linux that programs and maps in the kernel need: bpf(2), mmap(2), clock_gettime(2) and sockets of netlink(7).
 * One thread.
 */
final class KernelCalls {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int NETLINK_ROUTE = 0;
    private static final int O_RDONLY_CLOEXEC = 0x80000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;
    private static final long MAP_FAILED = -1;
    private static final int CLOCK_MONOTONIC = 1;
    private static final int TIMESPEC_BYTES = 16;
    private static final long NS_PER_SECOND = 1_000_000_000;
    private static final int EPERM = 1;
    private static final int EINVAL = 22;
    private static final int E2BIG = 7;
    /** The number of bpf(2) by architecture; the C library has no function for it. */
    private static final Map<String, Long> BPF_NUMBER = Map.of("amd64", 321L, "aarch64", 280L);

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final Linker.Option WITH_ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SYSCALL = function(
        "syscall", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
        Linker.Option.firstVariadicArg(1));
    private static final MethodHandle MMAP = function(
        "mmap", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MUNMAP = function(
        "munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle CLOCK_GETTIME = function(
        "clock_gettime", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle SOCKET = function(
        "socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle SEND = function(
        "send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle RECV = function(
        "recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle OPEN = function(
        "open", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private final MemorySegment state = Arena.ofAuto().allocate(STATE);
    private final MemorySegment time = Arena.ofAuto().allocate(TIMESPEC_BYTES, Long.BYTES);

    /** @throws IOException if this is no machine whose structures are known here: 64-bit Linux, little-endian */
    static KernelCalls ofThisMachine() throws IOException {
        if (!System.getProperty("os.name").equals("Linux") || !BPF_NUMBER.containsKey(architecture())) {
            throw new IOException("this machine is no 64-bit Linux on x86 or ARM");
        }
        return new KernelCalls();
    }

    private static String architecture() {
        return System.getProperty("os.arch");
    }

    @SuppressWarnings("restricted") // native calls are this class's purpose; the manifest enables them
    private static MethodHandle function(String name, FunctionDescriptor type, Linker.Option... more) {
        Linker.Option[] options = java.util.Arrays.copyOf(more, more.length + 1);
        options[more.length] = WITH_ERRNO;
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, options);
    }

    /** Why the last call that returned -1 failed. */
    int errno() {
        return (int) ERRNO.get(state, 0L);
    }

    /** The last error as an exception. */
    IOException failure(String what) {
        return new IOException(switch (errno()) {
            case EPERM -> what + " is not permitted: CAP_BPF and CAP_NET_ADMIN are needed";
            case EINVAL, E2BIG -> what + " is not known to this kernel: Linux 6.6 or newer is needed";
            default -> what + ": errno " + errno();
        });
    }

    /** @return a descriptor or 0, or -1 */
    int bpf(int command, MemorySegment attributes) {
        @Nullable
        Long number = BPF_NUMBER.get(architecture());
        if (number == null) {
            throw new IllegalStateException("bpf(2) is not known on " + architecture());
        }
        try {
            return (int) (long) SYSCALL
                .invokeExact(state, (long) number, (long) command, attributes.address(), attributes.byteSize());
        } catch (Throwable e) {
            throw unexpected("bpf", e);
        }
    }

    /**
     * The memory of a map that may be mapped.
     *
     * @param arena that gives it back when it closes
     */
    @SuppressWarnings("restricted") // the segment is exactly what the system has mapped
    MemorySegment mapMemory(Arena arena, int descriptor, long length) throws IOException {
        long address;
        try {
            address = (long) MMAP.invokeExact(state, 0L, length, PROT_READ_WRITE, MAP_SHARED, descriptor, 0L);
        } catch (Throwable e) {
            throw unexpected("mmap", e);
        }
        if (address == MAP_FAILED) {
            throw failure("mapping a map of the kernel");
        }
        return MemorySegment.ofAddress(address).reinterpret(length, arena, mapped -> unmap(mapped.address(), length));
    }

    private static void unmap(long address, long length) {
        try {
            int ignored = (int) MUNMAP.invokeExact(Arena.ofAuto().allocate(STATE), address, length);
        } catch (Throwable e) {
            throw unexpected("munmap", e);
        }
    }

    /** The clock by which programs in the kernel judge, in nanoseconds. */
    long monotonicNs() {
        try {
            int failed = (int) CLOCK_GETTIME.invokeExact(state, CLOCK_MONOTONIC, time.address());
            if (failed != 0) {
                throw new IllegalStateException("clock_gettime: errno " + errno());
            }
        } catch (Throwable e) {
            throw unexpected("clock_gettime", e);
        }
        return time.get(JAVA_LONG, 0) * NS_PER_SECOND + time.get(JAVA_LONG, Long.BYTES);
    }

    /** @return a socket that answers questions about routes, or -1 */
    int routeSocket() {
        try {
            return (int) SOCKET.invokeExact(state, AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_ROUTE);
        } catch (Throwable e) {
            throw unexpected("socket", e);
        }
    }

    long send(int descriptor, MemorySegment message, long length) {
        try {
            return (long) SEND.invokeExact(state, descriptor, message.address(), length, 0);
        } catch (Throwable e) {
            throw unexpected("send", e);
        }
    }

    long receive(int descriptor, MemorySegment buffer) {
        try {
            return (long) RECV.invokeExact(state, descriptor, buffer.address(), buffer.byteSize(), MSG_DONTWAIT);
        } catch (Throwable e) {
            throw unexpected("recv", e);
        }
    }

    /** @return a descriptor that only names the file, or -1 */
    int open(String path) {
        try (Arena scratch = Arena.ofConfined()) {
            return (int) OPEN.invokeExact(state, scratch.allocateFrom(path).address(), O_RDONLY_CLOEXEC);
        } catch (Throwable e) {
            throw unexpected("open", e);
        }
    }

    void close(int descriptor) {
        try {
            int ignored = (int) CLOSE.invokeExact(state, descriptor);
        } catch (Throwable e) {
            throw unexpected("close", e);
        }
    }

    private static IllegalStateException unexpected(String function, Throwable cause) {
        return new IllegalStateException("calling " + function + " failed before the system was reached", cause);
    }
}
