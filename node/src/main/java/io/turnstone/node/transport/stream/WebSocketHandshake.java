package io.turnstone.node.transport.stream;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.turnstone.node.transport.stream.StreamClosure.Cause;
import org.jspecify.annotations.Nullable;

/** Answers the one HTTP request that a WebSocket begins with, then leaves the pipeline with the HTTP decoder. */
final class WebSocketHandshake extends ChannelInboundHandlerAdapter {
    private static final int INITIAL_BYTES = 256;

    private final HandshakeJudge judge;
    private final WebSocketFlow flow;
    private @Nullable HttpRequest request;

    WebSocketHandshake(HandshakeJudge judge, WebSocketFlow flow) {
        this.judge = judge;
        this.flow = flow;
    }

    static HttpRequestDecoder newDecoder(StreamLimits limits) {
        return new HttpRequestDecoder(
            new HttpDecoderConfig().setMaxInitialLineLength(limits.headerBytesMax())
                .setMaxHeaderSize(limits.headerBytesMax())
                .setInitialBufferSize(INITIAL_BYTES));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof HttpRequest received) {
                request = received;
            }
            if (request != null && (message instanceof LastHttpContent || isRefusedAnyway(request))) {
                answer(context, judge.judge(request));
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    /** The end of a request that cannot be read never comes, and that of a body may be far. */
    private static boolean isRefusedAnyway(HttpRequest request) {
        return request.decoderResult().isFailure() || HandshakeJudge.hasBody(request.headers());
    }

    private void answer(ChannelHandlerContext context, HandshakeAnswer answer) {
        if (answer.isAccepted()) {
            var _ = context.writeAndFlush(Unpooled.wrappedBuffer(answer.toBytes()));
            flow.open(answer.path());
        } else {
            StreamCounter counter = answer.status() == HandshakeAnswer.FORBIDDEN
                ? StreamCounter.ORIGIN_REFUSED
                : StreamCounter.HANDSHAKE_REFUSED;
            flow.loop().counters().increment(counter);
            flow.decide(Cause.VIOLATION, 0, answer.explanation());
            flow.sayLast(Unpooled.wrappedBuffer(answer.toBytes()));
        }
        // What the decoder holds already goes on to the flow.
        context.pipeline().remove(this);
        context.pipeline().remove(HttpRequestDecoder.class);
    }
}
