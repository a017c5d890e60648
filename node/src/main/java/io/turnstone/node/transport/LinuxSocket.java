package io.turnstone.node.transport;

import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.agrona.concurrent.UnsafeBuffer;

/** A socket by its descriptor. */
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

    private final int descriptor;
    private final LinuxCalls calls;

    private LinuxSocket(TransportAddress local, int descriptor, LinuxCalls calls) {
        super(local);
        this.descriptor = descriptor;
        this.calls = calls;
    }

    /**
     * Bound to {@code local}, with buffers as large as the system allows up to those asked for.
     *
     * @param calls of the control thread
     */
    static LinuxSocket open(LinuxCalls calls, TransportAddress local, boolean shared, SocketSettings settings)
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
        try (Arena arena = Arena.ofConfined()) {
            return new LinuxSocket(bind(calls, descriptor, local, arena), descriptor, calls);
        } catch (IOException e) {
            calls.close(descriptor);
            throw e;
        }
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

    private static void setDontFragment(LinuxCalls calls, int descriptor, boolean ipv4, boolean on) {
        int value = on ? PMTUDISC_DO : PMTUDISC_DONT;
        if (ipv4) {
            calls.setOption(descriptor, IPPROTO_IP, IP_MTU_DISCOVER, value);
        } else {
            calls.setOption(descriptor, IPPROTO_IPV6, IPV6_MTU_DISCOVER, value);
        }
    }

    int descriptor() {
        return descriptor;
    }

    /** Whether the kernel may fragment what leaves; for all threads that send through this socket. */
    void setDontFragment(LinuxCalls ofThisThread, boolean on) {
        setDontFragment(ofThisThread, descriptor, isIpv4(), on);
    }

    @Override
    void close() {
        calls.close(descriptor);
    }
}
