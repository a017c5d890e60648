package io.turnstone.loadtest.system;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.client.PlainPeer;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A UDP proxy that puts a PROXY protocol header (version 2) before each datagram of a client and sends it to the node of
 * its choice from a port of its own per client; answers go back as they are. IPv4 only.
 */
final class UdpProxy {
    private static final byte[] SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");
    private static final int HEADER_BYTES = 28;
    private static final byte PROXY = 0x21;
    private static final byte IPV4_DATAGRAM = 0x12;
    private static final short ADDRESS_BYTES = 12;

    private final ClientLoop loop;
    private final InetSocketAddress service;
    private final PlainPeer front;
    private final Map<InetSocketAddress, PlainPeer> backByClient = new ConcurrentHashMap<>();
    private volatile InetSocketAddress node;
    private volatile InetSocketAddress answeredFrom;

    /** @param service what the headers name as the destination */
    UdpProxy(ClientLoop loop, InetSocketAddress service, InetSocketAddress node) {
        this.loop = loop;
        this.service = service;
        this.node = node;
        this.answeredFrom = node;
        this.front = loop.peer(Loopback.ipv4(0)).onPayload(this::onClient);
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
        ByteBuffer proxied = ByteBuffer.allocate(HEADER_BYTES + datagram.remaining());
        proxied.put(SIGNATURE).put(PROXY).put(IPV4_DATAGRAM).putShort(ADDRESS_BYTES);
        proxied.put(client.getAddress().getAddress()).put(service.getAddress().getAddress());
        proxied.putShort((short) client.getPort()).putShort((short) service.getPort()).put(datagram);
        backByClient.computeIfAbsent(client, this::backOf).send(proxied.flip(), node);
    }

    private PlainPeer backOf(InetSocketAddress client) {
        return loop.peer(Loopback.ipv4(0)).onPayload((datagram, source) -> {
            answeredFrom = source;
            front.send(datagram, client);
        });
    }
}
