package io.turnstone.node.transport.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/** Octets over TCP or TLS, as they come and go. Owned by its loop's thread. */
final class TcpFlow extends NettyFlow {
    private final boolean readyWhenConnected;

    /** @param readyWhenConnected whether neither a proxy's header nor TLS comes first */
    TcpFlow(
        StreamLoop loop, Channel channel, StreamHandler handler, FlowName name, @Nullable Admission admission,
        boolean readyWhenConnected) {
        super(loop, channel, handler, name, admission);
        this.readyWhenConnected = readyWhenConnected;
    }

    @Override
    ByteBuf encode(DirectBuffer buffer, int offset, int length) {
        ByteBuf octets = channel().alloc().ioBuffer(length);
        Octets.append(octets, buffer, offset, length);
        return octets;
    }

    @Override
    void received(ByteBuf octets) {
        if (state() == State.OPEN) {
            deliver(loop().view(octets), 0, octets.readableBytes());
        }
    }

    @Override
    void sayEnd(int code) {
        sayLastAndClose(Unpooled.EMPTY_BUFFER);
    }

    @Override
    void watch(long nowNs) {}

    @Override
    void release() {}

    @Override
    int codeOfAbruptEnd() {
        return 0;
    }

    @Override
    boolean isReadyWhenConnected() {
        return readyWhenConnected;
    }
}
