package io.turnstone.node.transport;

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
import java.net.BindException;
import java.util.Set;

/**
 * The calls of Linux that sockets need, as its manual pages describe them (section 2). Pointers are addresses of memory
 * that the caller keeps alive. One thread, whose last error {@link #errno} is.
 * <p>
 * The calls that a packet needs are made without asking for errno, since that may allocate: 40 octets per call where the
 * compiler cannot tell what kind of memory errno goes to, which depends on all that the process has run before. One that
 * fails is made again with errno, and may succeed then.
 */
final class LinuxCalls {
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_RAW = 3;
    static final int MSG_DONTWAIT = 0x40;
    static final int IPPROTO_UDP = 17;
    static final int SOL_UDP = 17;
    static final int UDP_GRO = 104;

    static final int EINTR = 4;
    static final int EBADF = 9;
    static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int EINVAL = 22;
    static final int EMFILE = 24;
    static final int ENOTSOCK = 88;
    static final int EADDRINUSE = 98;
    static final int EADDRNOTAVAIL = 99;

    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int EPOLL_CLOEXEC = 0x80000;
    private static final int EFD_NONBLOCK = 0x800;
    private static final int EFD_CLOEXEC = 0x80000;
    private static final int PRIO_PROCESS = 0;
    private static final int CALLING_THREAD = 0;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final long MAP_FAILED = -1;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final Linker.Option WITH_ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SOCKET = function("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle BIND = function("bind", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle CONNECT = function("connect", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GETSOCKNAME = function(
        "getsockname", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SETSOCKOPT = function(
        "setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle RECV = function("recv", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final FunctionDescriptor RECVMMSG_TYPE = FunctionDescriptor
        .of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle RECVMMSG = handle("recvmmsg", RECVMMSG_TYPE);
    private static final MethodHandle RECVMMSG_WITH_ERRNO = handle("recvmmsg", RECVMMSG_TYPE, WITH_ERRNO);
    private static final FunctionDescriptor SENDMMSG_TYPE = FunctionDescriptor
        .of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle SENDMMSG = handle("sendmmsg", SENDMMSG_TYPE);
    private static final MethodHandle SENDMMSG_WITH_ERRNO = handle("sendmmsg", SENDMMSG_TYPE, WITH_ERRNO);
    private static final MethodHandle EPOLL_CREATE1 = function("epoll_create1", JAVA_INT, JAVA_INT);
    private static final MethodHandle EPOLL_CTL = function(
        "epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle EPOLL_WAIT = handle(
        "epoll_wait", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT));
    private static final MethodHandle EVENTFD = function("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle EVENTFD_READ = function("eventfd_read", JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle EVENTFD_WRITE = function("eventfd_write", JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle SETPRIORITY = function("setpriority", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle MMAP = function(
        "mmap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle MUNMAP = function("munmap", JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle DUP2 = function("dup2", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle CLOSE = function("close", JAVA_INT, JAVA_INT);

    private final MemorySegment state = Arena.ofAuto().allocate(STATE);

    /** Whether this machine is one whose structures are known here: 64-bit Linux, little-endian. */
    static boolean areKnown() {
        return System.getProperty("os.name").equals("Linux")
            && Set.of("amd64", "aarch64").contains(System.getProperty("os.arch"));
    }

    private static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return handle(name, FunctionDescriptor.of(result, arguments), WITH_ERRNO);
    }

    @SuppressWarnings("restricted") // native calls are this class's purpose; the manifest enables them
    private static MethodHandle handle(String name, FunctionDescriptor type, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, options);
    }

    /** Why the last call that returned -1 failed. */
    int errno() {
        return (int) ERRNO.get(state, 0L);
    }

    /**
     * The last error as an exception, with the words of the manual.
     *
     * @param what was tried
     */
    IOException failure(String what) {
        return switch (errno()) {
            case EADDRINUSE -> new BindException("Address already in use");
            case EADDRNOTAVAIL -> new BindException("Cannot assign requested address");
            case EACCES -> new BindException("Permission denied");
            case EMFILE -> new IOException("Too many open files");
            default -> new IOException(what + ": errno " + errno());
        };
    }

    /** @return a non-blocking socket, or -1 */
    int socket(int family, int type, int protocol) {
        try {
            return (int) SOCKET.invokeExact(state, family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
        } catch (Throwable e) {
            throw unexpected("socket", e);
        }
    }

    int bind(int descriptor, long address, int length) {
        try {
            return (int) BIND.invokeExact(state, descriptor, address, length);
        } catch (Throwable e) {
            throw unexpected("bind", e);
        }
    }

    int connect(int descriptor, long address, int length) {
        try {
            return (int) CONNECT.invokeExact(state, descriptor, address, length);
        } catch (Throwable e) {
            throw unexpected("connect", e);
        }
    }

    int socketName(int descriptor, long address, long length) {
        try {
            return (int) GETSOCKNAME.invokeExact(state, descriptor, address, length);
        } catch (Throwable e) {
            throw unexpected("getsockname", e);
        }
    }

    /** Sets an option whose value is words in native order. */
    int setOption(int descriptor, int level, int name, int... words) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment value = scratch.allocateFrom(JAVA_INT, words);
            return (int) SETSOCKOPT
                .invokeExact(state, descriptor, level, name, value.address(), (int) value.byteSize());
        } catch (Throwable e) {
            throw unexpected("setsockopt", e);
        }
    }

    /** @return the octets received, or -1 */
    int receive(int descriptor, long buffer, int capacity) {
        try {
            return (int) (long) RECV.invokeExact(state, descriptor, buffer, (long) capacity, MSG_DONTWAIT);
        } catch (Throwable e) {
            throw unexpected("recv", e);
        }
    }

    /** @return how many messages were received, or -1 */
    int receiveMessages(int descriptor, long headers, int count) {
        try {
            int received = (int) RECVMMSG.invokeExact(descriptor, headers, count, MSG_DONTWAIT, 0L);
            return received >= 0
                ? received
                : (int) RECVMMSG_WITH_ERRNO.invokeExact(state, descriptor, headers, count, MSG_DONTWAIT, 0L);
        } catch (Throwable e) {
            throw unexpected("recvmmsg", e);
        }
    }

    /** @return how many messages were received, or -1 without an {@link #errno} */
    int tryReceiveMessages(int descriptor, long headers, int count) {
        try {
            return (int) RECVMMSG.invokeExact(descriptor, headers, count, MSG_DONTWAIT, 0L);
        } catch (Throwable e) {
            throw unexpected("recvmmsg", e);
        }
    }

    /** @return how many messages were sent, or -1 if the first one was not */
    int sendMessages(int descriptor, long headers, int count) {
        try {
            int sent = (int) SENDMMSG.invokeExact(descriptor, headers, count, MSG_DONTWAIT);
            return sent >= 0
                ? sent
                : (int) SENDMMSG_WITH_ERRNO.invokeExact(state, descriptor, headers, count, MSG_DONTWAIT);
        } catch (Throwable e) {
            throw unexpected("sendmmsg", e);
        }
    }

    int newPoll() {
        try {
            return (int) EPOLL_CREATE1.invokeExact(state, EPOLL_CLOEXEC);
        } catch (Throwable e) {
            throw unexpected("epoll_create1", e);
        }
    }

    int controlPoll(int poll, int operation, int descriptor, long event) {
        try {
            return (int) EPOLL_CTL.invokeExact(state, poll, operation, descriptor, event);
        } catch (Throwable e) {
            throw unexpected("epoll_ctl", e);
        }
    }

    /** @return how many events there are, or -1 without an {@link #errno} */
    int waitForEvents(int poll, long events, int capacity, int timeoutMs) {
        try {
            return (int) EPOLL_WAIT.invokeExact(poll, events, capacity, timeoutMs);
        } catch (Throwable e) {
            throw unexpected("epoll_wait", e);
        }
    }

    /** @return an event counter, or -1 */
    int newEvent() {
        try {
            return (int) EVENTFD.invokeExact(state, 0, EFD_NONBLOCK | EFD_CLOEXEC);
        } catch (Throwable e) {
            throw unexpected("eventfd", e);
        }
    }

    /** @param value where eight octets may be written */
    int clearEvent(int event, long value) {
        try {
            return (int) EVENTFD_READ.invokeExact(state, event, value);
        } catch (Throwable e) {
            throw unexpected("eventfd_read", e);
        }
    }

    int raiseEvent(int event) {
        try {
            return (int) EVENTFD_WRITE.invokeExact(state, event, 1L);
        } catch (Throwable e) {
            throw unexpected("eventfd_write", e);
        }
    }

    /**
     * Memory of which a page costs nothing until it is written to.
     *
     * @param arena that gives it back when it closes
     */
    @SuppressWarnings("restricted") // the segment is exactly what the system has mapped
    MemorySegment mapMemory(Arena arena, long length) {
        long address;
        try {
            address = (long) MMAP.invokeExact(state, 0L, length, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
        } catch (Throwable e) {
            throw unexpected("mmap", e);
        }
        if (address == MAP_FAILED) {
            throw new IllegalStateException("no memory for " + length + " octets: errno " + errno());
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

    /** Sets the nice value of the calling thread, and of those that it starts from now on. */
    int setPriority(int nice) {
        try {
            return (int) SETPRIORITY.invokeExact(state, PRIO_PROCESS, CALLING_THREAD, nice);
        } catch (Throwable e) {
            throw unexpected("setpriority", e);
        }
    }

    /** Makes one descriptor stand for what another stands for. */
    int replace(int descriptor, int by) {
        try {
            return (int) DUP2.invokeExact(state, by, descriptor);
        } catch (Throwable e) {
            throw unexpected("dup2", e);
        }
    }

    int close(int descriptor) {
        try {
            return (int) CLOSE.invokeExact(state, descriptor);
        } catch (Throwable e) {
            throw unexpected("close", e);
        }
    }

    private static IllegalStateException unexpected(String function, Throwable cause) {
        return new IllegalStateException("calling " + function + " failed before the system was reached", cause);
    }
}
