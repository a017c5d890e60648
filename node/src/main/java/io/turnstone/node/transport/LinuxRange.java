package io.turnstone.node.transport;

import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * All relayed addresses of one IP address, which share what they receive and send by: the sockets that the kernel steers
 * their datagrams to, and a raw socket (raw(7)) that can send from any port. The control thread opens and closes, any thread
 * asks and sends.
 */
final class LinuxRange {
    private static final VarHandle HANDLE = MethodHandles.arrayElementVarHandle(int[].class);
    private static final int PORTS = 1 << 16;

    private final TransportAddress carrier;
    private final SocketSettings settings;
    private final int rawDescriptor;
    private final int[] handles = new int[PORTS];
    private final AtomicInteger socketsLeft;

    /**
     * @param calls of the control thread
     * @param carrier where the receiving sockets are bound
     * @param socketsMax how many relayed addresses may have a socket of their own to send trains from
     * @throws IOException without CAP_NET_RAW, or if the address is not this machine's
     */
    LinuxRange(LinuxCalls calls, TransportAddress carrier, SocketSettings settings, int socketsMax)
        throws IOException {
        this.carrier = carrier;
        this.settings = settings;
        this.rawDescriptor = LinuxSocket.openRaw(calls, carrier, settings);
        this.socketsLeft = new AtomicInteger(socketsMax);
        Arrays.fill(handles, Sockets.NONE);
    }

    /** Where the receiving sockets are bound. */
    TransportAddress carrier() {
        return carrier;
    }

    /** How its sockets are to be. */
    SocketSettings settings() {
        return settings;
    }

    int rawDescriptor() {
        return rawDescriptor;
    }

    /** The handle of the relay socket with that port, or {@link Sockets#NONE}. */
    int handleOf(int port) {
        return (int) HANDLE.getAcquire(handles, port);
    }

    void handle(int port, int handle) {
        HANDLE.setRelease(handles, port, handle);
    }

    /** Whether one more relayed address may have a socket of its own, which counts as taken then. */
    boolean takeSocket() {
        boolean any = socketsLeft.getAndDecrement() > 0;
        if (!any) {
            socketsLeft.incrementAndGet();
        }
        return any;
    }

    void giveSocketBack() {
        socketsLeft.incrementAndGet();
    }

    void close(LinuxCalls calls) {
        calls.close(rawDescriptor);
    }
}
