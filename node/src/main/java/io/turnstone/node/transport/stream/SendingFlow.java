package io.turnstone.node.transport.stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.turnstone.protocol.net.TransportAddress;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/** What a flow is called and what it sends, the half of it that any thread uses. The rest is for its loop's thread. */
abstract class SendingFlow extends ChannelInboundHandlerAdapter implements StreamFlow {
    /** What may be done with it. */
    enum State {
        /** Something is to be done before there are messages. */
        HANDSHAKE,
        /** Messages go both ways. */
        OPEN,
        /** The end has been said, and the peer's is awaited until the deadline. */
        CLOSING,
        /** Nothing is left. */
        CLOSED
    }

    private static final AtomicIntegerFieldUpdater<SendingFlow> QUEUED = AtomicIntegerFieldUpdater
        .newUpdater(SendingFlow.class, "queuedBytes");

    private final StreamLoop loop;
    private final Channel channel;
    private FlowName name;
    private volatile State state = State.HANDSHAKE;
    private volatile @Nullable Object attachment;
    /** Handed over by other threads, not yet to the channel. */
    private volatile int queuedBytes;
    private int position;
    private boolean unflushed;

    SendingFlow(StreamLoop loop, Channel channel, FlowName name) {
        this.loop = loop;
        this.channel = channel;
        this.name = name;
    }

    /** What a message looks like on the connection. Any thread. */
    abstract ByteBuf encode(DirectBuffer buffer, int offset, int length);

    /** The peer has let too much gather. */
    abstract void giveUpSlowReader();

    @Override
    public final long id() {
        return name.id();
    }

    @Override
    public final StreamTransport transport() {
        return name.transport();
    }

    @Override
    public final boolean isOutbound() {
        return name.outbound();
    }

    @Override
    public final TransportAddress local() {
        return name.local();
    }

    @Override
    public final TransportAddress remote() {
        return name.remote();
    }

    @Override
    public final boolean isOpen() {
        return state == State.OPEN;
    }

    @Override
    public final @Nullable Object attachment() {
        return attachment;
    }

    @Override
    public final void attach(Object kept) {
        attachment = kept;
    }

    @Override
    public final boolean send(DirectBuffer buffer, int offset, int length) {
        if (state != State.OPEN) {
            return false;
        }
        ByteBuf encoded = encode(buffer, offset, length);
        if (loop.isCurrent()) {
            return sendNow(encoded);
        }
        int bytes = encoded.readableBytes();
        int queued = QUEUED.addAndGet(this, bytes);
        if (queued > loop.limits().outboundBytesMax() + FrameHeader.SENT_LENGTH_MAX || !channel.isWritable()) {
            QUEUED.addAndGet(this, -bytes);
            encoded.release();
            loop.execute(this::giveUpSlowReader);
            return false;
        }
        boolean handed = loop.execute(() -> {
            QUEUED.addAndGet(this, -bytes);
            sendNow(encoded);
        });
        if (!handed) {
            encoded.release();
        }
        return handed;
    }

    private boolean sendNow(ByteBuf encoded) {
        if (state != State.OPEN) {
            encoded.release();
            loop.counters().increment(StreamCounter.SEND_DROPPED);
            return false;
        }
        boolean written = write(encoded);
        loop.counters().add(StreamCounter.SENT, written ? 1 : 0);
        return written;
    }

    /**
     * Writes a message or a control frame, in state OPEN; it leaves with the next flush.
     *
     * @return false if the peer has let too much gather, and has been given up
     */
    final boolean write(ByteBuf encoded) {
        if (!channel.isWritable()) {
            encoded.release();
            giveUpSlowReader();
            return false;
        }
        var _ = channel.write(encoded, channel.voidPromise());
        if (!unflushed) {
            unflushed = true;
            loop.flushLater(this);
        }
        return true;
    }

    final void flush() {
        unflushed = false;
        channel.flush();
    }

    /** It is another one's connection than it seemed: a proxy has told. */
    final void rename(TransportAddress local, TransportAddress remote) {
        name = name.withAddresses(local, remote);
    }

    final StreamLoop loop() {
        return loop;
    }

    final Channel channel() {
        return channel;
    }

    final State state() {
        return state;
    }

    final void become(State next) {
        state = next;
    }

    /** Where its loop keeps it. */
    final int position() {
        return position;
    }

    final void position(int index) {
        position = index;
    }

    @Override
    public final String toString() {
        return name.toString();
    }
}
