package io.turnstone.loadtest.system;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.client.PlainPeer;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A UDP proxy that sends each datagram of a client to the node of its choice from a port of its own per client, with or
 * without a PROXY protocol header (version 2) before it; answers go back as they are. IPv4 only.
 */
final class UdpProxy {
    private static final byte[] SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");
    private static final int HEADER_BYTES = 28;
    private static final byte PROXY = 0x21;
    private static final byte IPV4_DATAGRAM = 0x12;
    private static final short ADDRESS_BYTES = 12;

    private final ClientLoop loop;
    private final @Nullable InetSocketAddress service;
    private final PlainPeer front;
    private final Map<InetSocketAddress, PlainPeer> backByClient = new ConcurrentHashMap<>();
    private volatile InetSocketAddress node;
    private volatile InetSocketAddress answeredFrom;

    private UdpProxy(ClientLoop loop, @Nullable InetSocketAddress service, InetSocketAddress node) {
        this.loop = loop;
        this.service = service;
        this.node = node;
        this.answeredFrom = node;
        this.front = loop.peer(Loopback.ipv4(0)).onPayload(this::onClient);
    }

    /** @param service what the headers name as the destination */
    static UdpProxy withHeaders(ClientLoop loop, InetSocketAddress service, InetSocketAddress node) {
        return new UdpProxy(loop, service, node);
    }

    static UdpProxy bare(ClientLoop loop, InetSocketAddress node) {
        return new UdpProxy(loop, null, node);
    }

    InetSocketAddress address() {
        return front.address();
    }

    void sendTo(InetSocketAddress otherNode) {
        node = otherNode;
    }

    /** The node's address that the last answer came from. */
    InetSocketAddress answeredFrom() {
        return answeredFrom;
    }

    private void onClient(ByteBuffer datagram, InetSocketAddress client) {
        ByteBuffer sent = service == null ? datagram : proxied(datagram, client, service);
        backByClient.computeIfAbsent(client, this::backOf).send(sent, node);
    }

    private static ByteBuffer proxied(ByteBuffer datagram, InetSocketAddress client, InetSocketAddress service) {
        ByteBuffer proxied = ByteBuffer.allocate(HEADER_BYTES + datagram.remaining());
        proxied.put(SIGNATURE).put(PROXY).put(IPV4_DATAGRAM).putShort(ADDRESS_BYTES);
        proxied.put(client.getAddress().getAddress()).put(service.getAddress().getAddress());
        proxied.putShort((short) client.getPort()).putShort((short) service.getPort()).put(datagram);
        return proxied.flip();
    }

    private PlainPeer backOf(InetSocketAddress client) {
        return loop.peer(Loopback.ipv4(0)).onPayload((datagram, source) -> {
            answeredFrom = source;
            front.send(datagram, client);
        });
    }
}
