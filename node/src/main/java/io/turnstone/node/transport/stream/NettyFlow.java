package io.turnstone.node.transport.stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.turnstone.node.transport.stream.StreamClosure.Cause;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a flow, as the last handler of its channel. Owned by its loop's thread; what {@link StreamFlow} has is for any
 * thread.
 *
 * <pre>
 *  state      | handshakes done | close, drain | refused, violation | channel ends
 *  -----------+-----------------+--------------+--------------------+-------------
 *  HANDSHAKE  | OPEN            | (aborted)    | CLOSING            | CLOSED
 *  OPEN       |                 | CLOSING      | CLOSING            | CLOSED
 *  CLOSING    |                 |              |                    | CLOSED
 * </pre>
 */
abstract class NettyFlow extends SendingFlow {
    private static final Logger LOG = LoggerFactory.getLogger(NettyFlow.class);

    private final StreamHandler handler;
    private final @Nullable Admission admission;
    private long deadlineNs;
    private boolean opened;
    private boolean sourceAdmitted;
    private boolean deaf;
    private @Nullable StreamClosure closure;

    /** @param admission what is to be told of the end of a connection that it let in; null for one that was made here */
    NettyFlow(StreamLoop loop, Channel channel, StreamHandler handler, FlowName name, @Nullable Admission admission) {
        super(loop, channel, name);
        this.handler = handler;
        this.admission = admission;
        deadlineNs = loop.nowNs() + TimeUnit.MILLISECONDS.toNanos(loop.times().handshakeMs());
    }

    /** Octets have come, in state OPEN or CLOSING. */
    abstract void received(ByteBuf octets);

    /** Says the end, in state CLOSING; what was sent before has been written. */
    abstract void sayEnd(int code);

    /** Is asked from time to time while it is open. */
    abstract void watch(long nowNs);

    /** Gives back what it holds. */
    abstract void release();

    /** The code that tells of an end without a Close frame. */
    abstract int codeOfAbruptEnd();

    @Override
    final void giveUpSlowReader() {
        if (state() == State.OPEN) {
            loop().counters().increment(StreamCounter.SLOW_READER);
            abort(Cause.SLOW_READER, "");
        }
    }

    @Override
    public final void close(int code) {
        if (!StreamClosure.mayBeSent(code)) {
            throw new IllegalArgumentException("close code " + code + " may not be sent (RFC 6455 §7.4)");
        }
        loop().execute(() -> end(Cause.HERE, code));
    }

    /** Ends it in order, or at once if it is not open. */
    private void end(Cause cause, int code) {
        if (state() == State.HANDSHAKE) {
            abort(cause, "");
        } else if (state() == State.OPEN) {
            decide(cause, transport().isWebSocket() ? code : 0, "");
            beginClosing();
            sayEnd(code);
        }
    }

    private void beginClosing() {
        become(State.CLOSING);
        deadlineNs = loop().nowNs() + TimeUnit.MILLISECONDS.toNanos(loop().times().closeMs());
    }

    /** @return whether it has been closed for a drain, now */
    final boolean drain() {
        if (isOutbound() || state() != State.OPEN) {
            return false;
        }
        loop().counters().increment(StreamCounter.DRAINED);
        end(Cause.DRAINED, StreamClosure.GOING_AWAY);
        return true;
    }

    /** Closes it since all end. */
    final void stop() {
        if (state() == State.OPEN) {
            loop().counters().increment(StreamCounter.DRAINED);
        }
        end(Cause.DRAINED, StreamClosure.GOING_AWAY);
    }

    /**
     * Writes what is said last, and hears nothing from then on. The connection is ended in one direction first: if it were
     * closed with something unread, the peer's system could throw away what was said.
     */
    final void sayLast(ByteBuf octets) {
        beginClosing();
        deaf = true;
        var _ = channel().writeAndFlush(octets).addListener(_ -> {
            if (channel() instanceof DuplexChannel duplex && !transport().isSecure()) {
                var _ = duplex.shutdownOutput();
            }
        });
    }

    /** Writes what is said last, then closes. */
    final void sayLastAndClose(ByteBuf octets) {
        beginClosing();
        deaf = true;
        var _ = channel().writeAndFlush(octets).addListener(ChannelFutureListener.CLOSE);
    }

    /** Closes without a word, whatever is still to be sent. */
    final void abort(Cause cause, String detail) {
        decide(cause, codeOfAbruptEnd(), detail);
        deaf = true;
        try {
            channel().config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException gone) {
            LOG.debug("{} had ended already", this, gone);
        }
        closeChannel();
    }

    final void closeChannel() {
        var _ = channel().close();
    }

    /** Says why it ends; the first to say so is right. */
    final void decide(Cause cause, int code, String detail) {
        if (closure == null) {
            closure = new StreamClosure(cause, code, detail);
        }
    }

    /** @return false if its source has as many connections as allowed; then it has been aborted */
    final boolean admitSource() {
        sourceAdmitted = admission == null || admission.enter(remote().ip());
        if (!sourceAdmitted) {
            refuse(StreamCounter.REFUSED_SOURCE);
        }
        return sourceAdmitted;
    }

    /** Counts why there will be no flow, and aborts. */
    final void refuse(StreamCounter why) {
        loop().counters().increment(why);
        abort(Cause.VIOLATION, why.meaning());
    }

    /** All handshakes are done. */
    final void open() {
        become(State.OPEN);
        opened = true;
        loop().counters().increment(StreamCounter.OPENED);
        try {
            handler.onOpened(this);
        } catch (RuntimeException bug) {
            handlerFailed(bug);
        }
    }

    /** Hands a message or octets to the handler. */
    final void deliver(DirectBuffer buffer, int offset, int length) {
        loop().counters().increment(StreamCounter.RECEIVED);
        try {
            handler.onReceived(this, buffer, offset, length);
        } catch (RuntimeException bug) {
            handlerFailed(bug);
        }
    }

    private void handlerFailed(RuntimeException bug) {
        LOG.error("the handler of {} failed; the flow is closed", this, bug);
        loop().counters().increment(StreamCounter.HANDLER_FAILED);
        end(Cause.HANDLER_FAILED, StreamClosure.INTERNAL_ERROR);
    }

    /** Looks at deadlines. */
    final void sweep(long nowNs) {
        switch (state()) {
            case HANDSHAKE -> {
                if (nowNs - deadlineNs >= 0) {
                    refuse(StreamCounter.HANDSHAKE_LATE);
                }
            }
            case OPEN -> watch(nowNs);
            case CLOSING -> {
                if (nowNs - deadlineNs >= 0) {
                    abort(Cause.BROKEN, "");
                }
            }
            case CLOSED -> {
            }
        }
    }

    @Override
    public final void handlerAdded(ChannelHandlerContext context) {
        loop().add(this);
    }

    @Override
    public final void channelActive(ChannelHandlerContext context) {
        if (isOutbound()) {
            loop().counters().increment(StreamCounter.CONNECTED);
            rename(Addresses.local(channel()), remote());
        }
        if (isReadyWhenConnected()) {
            open();
        }
    }

    /** Whether nothing but the TCP connection is needed. */
    boolean isReadyWhenConnected() {
        return false;
    }

    @Override
    public final void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (!deaf && message instanceof ByteBuf octets && (state() == State.OPEN || state() == State.CLOSING)) {
                received(octets);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public final void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (!handshake.isSuccess()) {
                tlsFailed(handshake.cause());
            } else if (transport() == StreamTransport.TLS) {
                open();
            }
        } else if (event instanceof SslCloseCompletionEvent) {
            closeChannel();
        }
    }

    /** A client that goes away before it says anything has not failed: health checks do so. */
    private void tlsFailed(Throwable cause) {
        if (closure == null && (isOutbound() || channel().isActive())) {
            loop().counters().increment(StreamCounter.TLS_FAILED);
            fail(cause);
        }
    }

    @Override
    public final void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (closure == null) {
            loop().counters().increment(StreamCounter.BROKEN);
        }
        fail(cause);
    }

    /** Closes it for what the system or TLS said; an alert (RFC 8446 §6) that has been written still leaves. */
    final void fail(Throwable cause) {
        decide(Cause.BROKEN, codeOfAbruptEnd(), String.valueOf(cause));
        deaf = true;
        closeChannel();
    }

    @Override
    public final void handlerRemoved(ChannelHandlerContext context) {
        become(State.CLOSED);
        loop().remove(this);
        release();
        leave();
        StreamClosure why = closure == null ? new StreamClosure(Cause.PEER, codeOfAbruptEnd(), "") : closure;
        if (opened) {
            loop().counters().increment(StreamCounter.CLOSED);
            tellClosed(why);
        } else if (isOutbound()) {
            loop().counters().increment(StreamCounter.CONNECT_FAILED);
            tellClosed(new StreamClosure(Cause.CONNECT_FAILED, 0, why.detail()));
        } else if (why.cause() == Cause.PEER) {
            loop().counters().increment(StreamCounter.HANDSHAKE_ABANDONED);
        }
    }

    private void tellClosed(StreamClosure why) {
        try {
            handler.onClosed(this, why);
        } catch (RuntimeException bug) {
            LOG.error("the handler of {} failed at its end", this, bug);
            loop().counters().increment(StreamCounter.HANDLER_FAILED);
        }
    }

    private void leave() {
        if (admission != null) {
            admission.leave();
            if (sourceAdmitted) {
                admission.leave(remote().ip());
            }
        }
    }

    /** Whether what comes is thrown away. */
    final boolean isDeaf() {
        return deaf;
    }

}
