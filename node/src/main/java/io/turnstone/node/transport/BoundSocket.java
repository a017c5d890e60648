package io.turnstone.node.transport;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;

/**
 * A bound datagram socket and what it is for. The control thread binds, names and closes it; once it is in a
 * {@link SocketTable} any thread reads it and sends through it.
 */
abstract class BoundSocket {
    private final TransportAddress local;
    private final boolean ipv4;
    private int handle = Sockets.NONE;
    private SocketInfo info;

    /** @param local what it is bound to, with its port */
    BoundSocket(TransportAddress local) {
        this.local = local;
        this.ipv4 = local.isIpv4();
        this.info = new SocketInfo(SocketInfo.RELAY, local, local);
    }

    /** Says what it is for, before any other thread sees it. */
    final void name(int newHandle, SocketInfo newInfo) {
        handle = newHandle;
        info = newInfo;
    }

    final TransportAddress local() {
        return local;
    }

    final boolean isIpv4() {
        return ipv4;
    }

    final int handle() {
        return handle;
    }

    final SocketInfo info() {
        return info;
    }

    final boolean canReach(long high, long low, int port) {
        return port != 0 && IpAddress.isIpv4(high, low) == ipv4;
    }

    /** Gives up the port. */
    abstract void close();
}
