package io.turnstone.node.transport.stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.turnstone.protocol.net.ProxyHeader;
import io.turnstone.protocol.net.TransportAddress;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Takes the PROXY protocol header off a connection from a trusted proxy, then leaves the pipeline. A connection without one
 * is refused: the protocol forbids to guess, since a proxy that adds none would let its clients write their own.
 */
final class ProxyHandshake extends ByteToMessageDecoder {
    private final NettyFlow flow;

    ProxyHandshake(NettyFlow flow) {
        this.flow = flow;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        UnsafeBuffer view = flow.loop().view(in);
        int length = ProxyHeader.streamLength(view, 0, in.readableBytes());
        if (length < 0 || length > flow.loop().limits().headerBytesMax()) {
            refuse(in);
        } else if (length > 0 && length <= in.readableBytes()) {
            accept(context, in, view, length);
        }
    }

    private void accept(ChannelHandlerContext context, ByteBuf in, UnsafeBuffer view, int length) {
        ProxyHeader header = new ProxyHeader();
        if (!header.wrapStream(view, 0, length)) {
            refuse(in);
            return;
        }
        if (!header.isLocal()) {
            flow.rename(
                new TransportAddress(header.destinationHigh(), header.destinationLow(), header.destinationPort()),
                new TransportAddress(header.sourceHigh(), header.sourceLow(), header.sourcePort()));
        }
        in.skipBytes(length);
        if (flow.admitSource()) {
            if (flow.transport() == StreamTransport.TCP) {
                flow.open();
            }
            context.pipeline().remove(this);
        } else {
            in.skipBytes(in.readableBytes());
        }
    }

    private void refuse(ByteBuf in) {
        in.skipBytes(in.readableBytes());
        flow.refuse(StreamCounter.PROXY_HEADER_REFUSED);
    }
}
