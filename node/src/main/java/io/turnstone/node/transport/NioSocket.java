package io.turnstone.node.transport;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/** A channel and what it is for. Any thread sends; the source fields belong to the thread that receives. */
final class NioSocket extends BoundSocket {
    /** The JDK's IPv4 hash code is the address, which spares the copy that {@code getAddress} makes. */
    private static final boolean HASH_IS_ADDRESS = Inet4Address.ofLiteral("192.0.2.33").hashCode() == 0xC000_0221;

    private final DatagramChannel channel;
    private @Nullable SocketAddress source;
    private long sourceHigh;
    private long sourceLow;
    private int sourcePort;

    private NioSocket(TransportAddress local, DatagramChannel channel) {
        super(local);
        this.channel = channel;
    }

    /** Bound to {@code local}, non-blocking, with buffers as large as the system allows up to {@code bufferBytes}. */
    static NioSocket open(TransportAddress local, boolean shared, int bufferBytes) throws IOException {
        ProtocolFamily family = local.isIpv4() ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
        DatagramChannel channel = DatagramChannel.open(family);
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, bufferBytes);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, bufferBytes);
            if (shared) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            setDontFragment(channel, false);
            channel.bind(local.toInetSocketAddress());
            return new NioSocket(TransportAddress.of((InetSocketAddress) channel.getLocalAddress()), channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static void setDontFragment(DatagramChannel channel, boolean on) throws IOException {
        SocketOption<Boolean> option = ExtendedSocketOptions.IP_DONTFRAGMENT;
        if (channel.supportedOptions().contains(option)) {
            channel.setOption(option, on);
        }
    }

    DatagramChannel channel() {
        return channel;
    }

    /** @return the octets received, or -1 if there is nothing to receive */
    @SuppressWarnings("ReferenceEquality") // the JDK returns the same object while the source stays the same
    int receive(ByteBuffer buffer) throws IOException {
        int start = buffer.position();
        SocketAddress from = channel.receive(buffer);
        if (from == null) {
            return -1;
        }
        if (from != source) {
            source = from;
            decode((InetSocketAddress) from);
        }
        return buffer.position() - start;
    }

    private void decode(InetSocketAddress from) {
        sourcePort = from.getPort();
        if (HASH_IS_ADDRESS && from.getAddress() instanceof Inet4Address address) {
            sourceHigh = 0;
            sourceLow = IpAddress.V4_MAPPED_PREFIX | (address.hashCode() & 0xFFFF_FFFFL);
        } else {
            IpAddress address = IpAddress.of(from.getAddress());
            sourceHigh = address.high();
            sourceLow = address.low();
        }
    }

    long sourceHigh() {
        return sourceHigh;
    }

    long sourceLow() {
        return sourceLow;
    }

    int sourcePort() {
        return sourcePort;
    }

    /** DF is set for as long as one datagram takes, so one that another thread sends just then may carry it too. */
    synchronized int sendDontFragment(ByteBuffer datagram, InetSocketAddress to) throws IOException {
        setDontFragment(channel, true);
        try {
            return channel.send(datagram, to);
        } finally {
            setDontFragment(channel, false);
        }
    }

    @Override
    void close() {
        try {
            channel.close();
        } catch (IOException alreadyUnusable) {
            // the descriptor is gone in any case, and there is nothing else to release
            source = null;
        }
    }
}
