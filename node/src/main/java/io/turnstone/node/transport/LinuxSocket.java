package io.turnstone.node.transport;

import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A socket by its descriptor, or a relayed address that shares what it receives and sends by with others: its own is then
 * opened by the first thread that has trains to send, which cannot be sent raw.
 */
final class LinuxSocket extends BoundSocket {
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int SO_REUSEPORT = 15;
    private static final int IPPROTO_IP = 0;
    private static final int IP_MTU_DISCOVER = 10;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_MTU_DISCOVER = 23;
    private static final int IPV6_V6ONLY = 26;
    private static final int PMTUDISC_DONT = 0;
    private static final int PMTUDISC_DO = 2;
    private static final int IP_RECVORIGDSTADDR = 20;
    private static final int IPV6_RECVORIGDSTADDR = 74;
    /** Nothing comes from them: the last address for loopback, and one for documentation (RFC 3849). */
    private static final TransportAddress NOBODY_IPV4 = TransportAddress.parse("127.255.255.254:0");
    private static final TransportAddress NOBODY_IPV6 = TransportAddress.parse("[2001:db8::]:0");
    private static final int NO_DESCRIPTOR = -1;

    private final LinuxCalls calls;
    private final @Nullable LinuxRange range;
    private final boolean carrier;
    private volatile int descriptor;
    private boolean mayOpen;

    private LinuxSocket(TransportAddress local, int descriptor, LinuxCalls calls) {
        this(local, descriptor, calls, null, false);
    }

    private LinuxSocket(
        TransportAddress local, int descriptor, LinuxCalls calls, @Nullable LinuxRange range, boolean carrier) {
        super(local);
        this.descriptor = descriptor;
        this.calls = calls;
        this.range = range;
        this.carrier = carrier;
        this.mayOpen = range != null && !carrier && local.port() != range.carrier().port();
    }

    /** A relayed address that has no socket of its own. */
    static LinuxSocket inRange(LinuxCalls calls, TransportAddress local, LinuxRange range) {
        return new LinuxSocket(local, NO_DESCRIPTOR, calls, range, false);
    }

    /**
     * Bound to where the kernel steers the datagrams for all ports of a range, and tells which each was sent to.
     *
     * @param calls of the control thread
     */
    static LinuxSocket openCarrier(LinuxCalls calls, LinuxRange range, SocketSettings settings) throws IOException {
        LinuxSocket plain = open(calls, range.carrier(), true, settings);
        int descriptor = plain.descriptor;
        int failed = plain.isIpv4()
            ? calls.setOption(descriptor, IPPROTO_IP, IP_RECVORIGDSTADDR, 1)
            : calls.setOption(descriptor, IPPROTO_IPV6, IPV6_RECVORIGDSTADDR, 1);
        if (failed != 0) {
            IOException failure = calls.failure("setsockopt");
            plain.close();
            throw failure;
        }
        return new LinuxSocket(range.carrier(), descriptor, calls, range, true);
    }

    /**
     * A raw socket that sends from an address. It would be given a copy of each datagram that comes to the address, so it
     * is connected to one that nothing comes from.
     *
     * @param calls of the control thread
     * @throws IOException without CAP_NET_RAW, or if the address is not this machine's
     */
    static int openRaw(LinuxCalls calls, TransportAddress local, SocketSettings settings) throws IOException {
        int family = local.isIpv4() ? LinuxCalls.AF_INET : LinuxCalls.AF_INET6;
        int descriptor = calls.socket(family, LinuxCalls.SOCK_RAW, LinuxCalls.IPPROTO_UDP);
        if (descriptor < 0) {
            throw calls.failure("a raw socket, which takes CAP_NET_RAW");
        }
        calls.setOption(descriptor, SOL_SOCKET, SO_SNDBUF, settings.bufferBytes());
        setDontFragment(calls, descriptor, local.isIpv4(), false);
        try (Arena arena = Arena.ofConfined()) {
            bind(calls, descriptor, local.withPort(0), arena);
            connect(calls, descriptor, local.isIpv4() ? NOBODY_IPV4 : NOBODY_IPV6, arena);
            return descriptor;
        } catch (IOException e) {
            calls.close(descriptor);
            throw e;
        }
    }

    /**
     * Bound to {@code local}, with buffers as large as the system allows up to those asked for.
     *
     * @param calls of the control thread
     */
    static LinuxSocket open(LinuxCalls calls, TransportAddress local, boolean shared, SocketSettings settings)
        throws IOException {
        int descriptor = openUnbound(calls, local, shared, settings);
        try (Arena arena = Arena.ofConfined()) {
            return new LinuxSocket(bind(calls, descriptor, local, arena), descriptor, calls);
        } catch (IOException e) {
            calls.close(descriptor);
            throw e;
        }
    }

    private static int openUnbound(LinuxCalls calls, TransportAddress local, boolean shared, SocketSettings settings)
        throws IOException {
        int family = local.isIpv4() ? LinuxCalls.AF_INET : LinuxCalls.AF_INET6;
        int descriptor = calls.socket(family, LinuxCalls.SOCK_DGRAM, 0);
        if (descriptor < 0) {
            throw calls.failure("socket");
        }
        calls.setOption(descriptor, SOL_SOCKET, SO_RCVBUF, settings.bufferBytes());
        calls.setOption(descriptor, SOL_SOCKET, SO_SNDBUF, settings.bufferBytes());
        if (settings.trains()) {
            calls.setOption(descriptor, LinuxCalls.SOL_UDP, LinuxCalls.UDP_GRO, 1);
        }
        if (shared) {
            calls.setOption(descriptor, SOL_SOCKET, SO_REUSEPORT, 1);
        }
        if (!local.isIpv4()) {
            calls.setOption(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1);
        }
        setDontFragment(calls, descriptor, local.isIpv4(), false);
        return descriptor;
    }

    private static TransportAddress bind(LinuxCalls calls, int descriptor, TransportAddress local, Arena arena)
        throws IOException {
        MemorySegment memory = arena.allocate(SocketName.LENGTH_MAX + Integer.BYTES, Integer.BYTES);
        UnsafeBuffer name = new UnsafeBuffer(memory.asByteBuffer());
        int length = SocketName.write(name, 0, local.high(), local.low(), local.port());
        if (calls.bind(descriptor, memory.address(), length) < 0) {
            throw calls.failure("bind");
        }
        if (local.port() != 0) {
            return local;
        }
        name.putInt(SocketName.LENGTH_MAX, SocketName.LENGTH_MAX);
        if (calls.socketName(descriptor, memory.address(), memory.address() + SocketName.LENGTH_MAX) < 0) {
            throw calls.failure("getsockname");
        }
        return local.withPort(SocketName.port(name, 0));
    }

    private static void connect(LinuxCalls calls, int descriptor, TransportAddress to, Arena arena) throws IOException {
        MemorySegment memory = arena.allocate(SocketName.LENGTH_MAX, Integer.BYTES);
        UnsafeBuffer name = new UnsafeBuffer(memory.asByteBuffer());
        int length = SocketName.write(name, 0, to.high(), to.low(), to.port());
        if (calls.connect(descriptor, memory.address(), length) < 0) {
            throw calls.failure("connect");
        }
    }

    private static void setDontFragment(LinuxCalls calls, int descriptor, boolean ipv4, boolean on) {
        int value = on ? PMTUDISC_DO : PMTUDISC_DONT;
        if (ipv4) {
            calls.setOption(descriptor, IPPROTO_IP, IP_MTU_DISCOVER, value);
        } else {
            calls.setOption(descriptor, IPPROTO_IPV6, IPV6_MTU_DISCOVER, value);
        }
    }

    /** Negative if it has none of its own. */
    int descriptor() {
        return descriptor;
    }

    /** What it is part of, or null. */
    @Nullable
    LinuxRange range() {
        return range;
    }

    /** Whether what it receives is for any of a range. */
    boolean isCarrier() {
        return carrier;
    }

    /**
     * Opens its own socket, which sends but receives nothing. Nothing happens if it has one, and it stays as it is if it
     * cannot have one: the port of the carrier is one at which all that are bound receive.
     *
     * @param ofThisThread the calls of the thread that has trains to send
     */
    synchronized void openOwn(LinuxCalls ofThisThread) {
        LinuxRange shared = range;
        if (!mayOpen || shared == null || !shared.takeSocket()) {
            return;
        }
        mayOpen = false;
        try {
            descriptor = open(ofThisThread, local(), true, shared.settings()).descriptor;
        } catch (IOException takenBySomebodyElse) {
            shared.giveSocketBack();
        }
    }

    /** @return the descriptor to be closed, or a negative number; no other is opened from now on */
    synchronized int end() {
        mayOpen = false;
        if (range != null && !carrier && descriptor >= 0) {
            range.giveSocketBack();
        }
        return descriptor;
    }

    /** Held by who changes an option for a while, of this socket or of what it shares with others. */
    Object optionLock() {
        LinuxRange shared = range;
        return shared == null ? this : shared;
    }

    /** Whether the kernel may fragment what leaves by that descriptor; for all threads that send through it. */
    void setDontFragment(LinuxCalls ofThisThread, int by, boolean on) {
        setDontFragment(ofThisThread, by, isIpv4(), on);
    }

    @Override
    void close() {
        int last = end();
        if (last >= 0) {
            calls.close(last);
        }
    }
}
