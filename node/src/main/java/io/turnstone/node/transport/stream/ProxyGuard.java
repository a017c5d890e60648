package io.turnstone.node.transport.stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.turnstone.protocol.net.ProxyHeader;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Refuses a connection that begins with a PROXY protocol header although it comes from nobody who is trusted, for a clear
 * counter instead of a puzzling one. Looks at what comes first, and leaves the pipeline.
 */
final class ProxyGuard extends ChannelInboundHandlerAdapter {
    private final NettyFlow flow;

    ProxyGuard(NettyFlow flow) {
        this.flow = flow;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf octets = (ByteBuf) message;
        UnsafeBuffer view = flow.loop().view(octets);
        if (ProxyHeader.isBegun(view, 0, octets.readableBytes())) {
            octets.release();
            flow.refuse(StreamCounter.PROXY_HEADER_UNTRUSTED);
        } else {
            context.fireChannelRead(message);
            context.pipeline().remove(this);
        }
    }
}
