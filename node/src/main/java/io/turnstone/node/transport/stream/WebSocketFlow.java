package io.turnstone.node.transport.stream;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.turnstone.node.transport.stream.StreamClosure.Cause;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Messages of a WebSocket, the server's side of RFC 6455 §5 to §7. Owned by its loop's thread.
 *
 * <p>A frame that has come whole is unmasked and handed over where it lies. What has come of an incomplete one, and of a
 * message in several frames, is kept in a buffer until it is complete.
 */
final class WebSocketFlow extends NettyFlow {
    private static final long NOT_INCOMPLETE = Long.MIN_VALUE;

    private @Nullable ByteBuf rest;
    private @Nullable ByteBuf message;
    private int messageOpcode;
    private long incompleteSinceNs = NOT_INCOMPLETE;
    private long heardNs;
    private long pingedNs;
    private boolean heard = true;
    private boolean pinged;
    private volatile String path = "";

    WebSocketFlow(
        StreamLoop loop, Channel channel, StreamHandler handler, FlowName name, @Nullable Admission admission) {
        super(loop, channel, handler, name, admission);
    }

    /** The handshake is done. */
    void open(String at) {
        path = at;
        open();
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    ByteBuf encode(DirectBuffer buffer, int offset, int length) {
        // RFC 6455 §8.1: a client fails the connection for text that is not UTF-8.
        int opcode = Utf8.isWellFormed(buffer, offset, length) ? FrameHeader.TEXT : FrameHeader.BINARY;
        return frame(opcode, buffer, offset, length);
    }

    private ByteBuf frame(int opcode, DirectBuffer buffer, int offset, int length) {
        ByteBuf frame = channel().alloc().ioBuffer(FrameHeader.SENT_LENGTH_MAX + length);
        FrameHeader.write(frame, opcode, length);
        Octets.append(frame, buffer, offset, length);
        return frame;
    }

    @Override
    void received(ByteBuf octets) {
        heard = true;
        ByteBuf kept = rest;
        if (kept == null) {
            takeApart(octets);
            if (octets.isReadable() && !isDeaf()) {
                rest = channel().alloc().buffer(octets.readableBytes()).writeBytes(octets);
            }
        } else {
            takeApart(kept.writeBytes(octets));
            if (kept.isReadable() && !isDeaf()) {
                kept.discardReadBytes();
            } else {
                releaseRest();
            }
        }
    }

    private void takeApart(ByteBuf all) {
        FrameHeader header = loop().frameHeader();
        int messageMax = loop().limits().messageBytesMax();
        while (!isDeaf() && all.isReadable()) {
            UnsafeBuffer view = loop().view(all);
            int outcome = header.read(view, 0, all.readableBytes(), messageMax);
            if (outcome > FrameHeader.READ) {
                violate(outcome);
                return;
            }
            int length = header.length() + header.payloadLength();
            if (outcome == FrameHeader.INCOMPLETE || all.readableBytes() < length) {
                return;
            }
            all.skipBytes(length);
            onFrame(header, view, all);
        }
    }

    /** @param all has been read up to the end of the frame */
    private void onFrame(FrameHeader header, UnsafeBuffer view, ByteBuf all) {
        boolean ascii = header.unmask(view, 0);
        if (header.isControl()) {
            onControl(header, view);
        } else if (state() == State.OPEN) {
            boolean continues = header.opcode() == FrameHeader.CONTINUATION;
            // RFC 6455 §5.4: fragments of messages are not interleaved.
            if (continues == (message == null)) {
                violate(StreamClosure.PROTOCOL_ERROR);
            } else if (!continues && header.isLast()) {
                onMessage(header.opcode(), view, header.length(), header.payloadLength(), ascii);
            } else {
                onFragment(header, all);
            }
        }
    }

    private void onFragment(FrameHeader header, ByteBuf all) {
        int length = header.payloadLength();
        ByteBuf gathered = message;
        if (gathered == null) {
            gathered = channel().alloc().buffer(length);
            message = gathered;
            messageOpcode = header.opcode();
        }
        if (gathered.readableBytes() + length > loop().limits().messageBytesMax()) {
            violate(StreamClosure.TOO_BIG);
            return;
        }
        gathered.writeBytes(all, all.readerIndex() - length, length);
        if (header.isLast()) {
            message = null;
            try {
                onMessage(messageOpcode, loop().view(gathered), 0, gathered.readableBytes(), false);
            } finally {
                gathered.release();
            }
        }
    }

    private void onMessage(int opcode, DirectBuffer buffer, int offset, int length, boolean ascii) {
        incompleteSinceNs = NOT_INCOMPLETE;
        if (opcode == FrameHeader.TEXT && !ascii && !Utf8.isWellFormed(buffer, offset, length)) {
            violate(StreamClosure.BAD_DATA);
        } else {
            deliver(buffer, offset, length);
        }
    }

    private void onControl(FrameHeader header, UnsafeBuffer view) {
        if (header.opcode() == FrameHeader.CLOSE) {
            onClose(view, header.length(), header.payloadLength());
        } else if (header.opcode() == FrameHeader.PING && state() == State.OPEN) {
            // RFC 6455 §5.5.3: a Pong carries what the Ping did.
            write(frame(FrameHeader.PONG, view, header.length(), header.payloadLength()));
        }
    }

    /** RFC 6455 §5.5.1 and §7.1.5. */
    private void onClose(DirectBuffer view, int offset, int length) {
        if (state() == State.CLOSING) {
            closeChannel();
            return;
        }
        int code = length >= Short.BYTES ? view.getShort(offset, BIG_ENDIAN) & 0xFFFF : StreamClosure.NO_CODE;
        if (length == 1 || (length > 1 && !StreamClosure.mayBeSent(code))) {
            violate(StreamClosure.PROTOCOL_ERROR);
        } else if (length > 1 && !Utf8.isWellFormed(view, offset + Short.BYTES, length - Short.BYTES)) {
            violate(StreamClosure.BAD_DATA);
        } else {
            decide(Cause.PEER, code, "");
            sayLastAndClose(closeFrame(code));
        }
    }

    private ByteBuf closeFrame(int code) {
        int length = code == StreamClosure.NO_CODE ? 0 : Short.BYTES;
        ByteBuf frame = channel().alloc().ioBuffer(FrameHeader.SENT_LENGTH_MAX);
        FrameHeader.write(frame, FrameHeader.CLOSE, length);
        return length == 0 ? frame : frame.writeShort(code);
    }

    /** RFC 6455 §7.1.7: says what is wrong, and hears nothing more. */
    private void violate(int code) {
        loop().counters().increment(switch (code) {
            case StreamClosure.TOO_BIG -> StreamCounter.MESSAGE_TOO_BIG;
            case StreamClosure.BAD_DATA -> StreamCounter.BAD_UTF8;
            case StreamClosure.POLICY -> StreamCounter.MESSAGE_LATE;
            default -> StreamCounter.PROTOCOL_ERROR;
        });
        decide(Cause.VIOLATION, code, "");
        sayLast(closeFrame(code));
    }

    @Override
    void sayEnd(int code) {
        var _ = channel().writeAndFlush(closeFrame(code), channel().voidPromise());
    }

    @Override
    void watch(long nowNs) {
        watchLife(nowNs);
        if (state() == State.OPEN) {
            watchProgress(nowNs);
        }
    }

    private void watchLife(long nowNs) {
        if (heard) {
            heard = false;
            pinged = false;
            heardNs = nowNs;
        } else if (pinged && nowNs - pingedNs >= TimeUnit.MILLISECONDS.toNanos(loop().times().pongMs())) {
            loop().counters().increment(StreamCounter.PING_UNANSWERED);
            abort(Cause.SILENT, "");
        } else if (!pinged && nowNs - heardNs >= TimeUnit.MILLISECONDS.toNanos(loop().times().pingMs())) {
            loop().counters().increment(StreamCounter.PING_SENT);
            pinged = true;
            pingedNs = nowNs;
            ByteBuf ping = channel().alloc().ioBuffer(FrameHeader.SENT_LENGTH_MAX);
            FrameHeader.write(ping, FrameHeader.PING, 0);
            write(ping);
        }
    }

    private void watchProgress(long nowNs) {
        if (rest == null && message == null) {
            incompleteSinceNs = NOT_INCOMPLETE;
        } else if (incompleteSinceNs == NOT_INCOMPLETE) {
            incompleteSinceNs = nowNs;
        } else if (nowNs - incompleteSinceNs >= TimeUnit.MILLISECONDS.toNanos(loop().times().messageMs())) {
            violate(StreamClosure.POLICY);
        }
    }

    @Override
    void release() {
        releaseRest();
        if (message != null) {
            message.release();
            message = null;
        }
    }

    private void releaseRest() {
        if (rest != null) {
            rest.release();
            rest = null;
        }
    }

    @Override
    int codeOfAbruptEnd() {
        return StreamClosure.ABNORMAL;
    }
}
