package io.turnstone.node.cluster;

import com.google.protobuf.ByteString;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import java.nio.ByteBuffer;

/** Addresses as octets of a message: 4 or 16 of the address, then 2 of the port, in network order. Any thread. */
final class WireAddress {
    private WireAddress() {}

    static ByteString encode(TransportAddress address) {
        byte[] ip = address.ip().toBytes();
        return ByteString.copyFrom(
            ByteBuffer.allocate(ip.length + Short.BYTES).put(ip).putShort((short) address.port()).flip());
    }

    /** @throws IllegalArgumentException if the octets are no address */
    static TransportAddress decode(ByteString octets) {
        int ipLength = octets.size() - Short.BYTES;
        if (ipLength != IpAddress.IPV4_BYTES && ipLength != IpAddress.IPV6_BYTES) {
            throw new IllegalArgumentException("not a transport address: " + octets.size() + " octets");
        }
        int port = Short.toUnsignedInt(octets.asReadOnlyByteBuffer().getShort(ipLength));
        return TransportAddress.of(decodeIp(octets.substring(0, ipLength)), port);
    }

    static ByteString encode(IpAddress address) {
        return ByteString.copyFrom(address.toBytes());
    }

    /** @throws IllegalArgumentException if the octets are no address */
    static IpAddress decodeIp(ByteString octets) {
        return IpAddress.ofBytes(octets.toByteArray());
    }
}
