package io.turnstone.node.transport.stream;

import io.netty.channel.Channel;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** The addresses of a channel, without the zone that no transport address carries. Any thread. */
final class Addresses {
    private static final TransportAddress UNKNOWN = TransportAddress.of(IpAddress.ofIpv4(0), 0);

    private Addresses() {}

    static TransportAddress local(Channel channel) {
        return of(channel.localAddress());
    }

    /** All zeroes if the peer was gone before it could be asked for. */
    static TransportAddress remote(Channel channel) {
        return of(channel.remoteAddress());
    }

    private static TransportAddress of(SocketAddress address) {
        return address instanceof InetSocketAddress inet && !inet.isUnresolved()
            ? TransportAddress.of(inet)
            : UNKNOWN;
    }

    static TransportAddress unknown() {
        return UNKNOWN;
    }
}
