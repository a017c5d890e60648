package io.turnstone.node.transport.stream;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;

/** From Agrona's buffers to Netty's. Any thread. */
final class Octets {
    private Octets() {}

    /** @param to with room for that many */
    static void append(ByteBuf to, DirectBuffer from, int offset, int length) {
        int at = to.writerIndex();
        ByteBuffer room = to.internalNioBuffer(at, length);
        from.getBytes(offset, room, length);
        to.writerIndex(at + length);
    }
}
