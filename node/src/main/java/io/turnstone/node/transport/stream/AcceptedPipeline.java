package io.turnstone.node.transport.stream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.turnstone.protocol.net.TransportAddress;
import org.jspecify.annotations.Nullable;

/** Puts together what an accepted connection goes through. On the connection's event loop. */
final class AcceptedPipeline extends ChannelInitializer<Channel> {
    private final StreamLoops loops;
    private final StreamListener listener;
    private final StreamHandler handler;
    private final @Nullable TlsIdentity identity;
    private final Admission admission;
    private final HandshakeJudge judge;

    /** @param identity for a secure listener */
    AcceptedPipeline(
        StreamLoops loops, StreamListener listener, StreamHandler handler, @Nullable TlsIdentity identity,
        Admission admission) {
        this.loops = loops;
        this.listener = listener;
        this.handler = handler;
        this.identity = identity;
        this.admission = admission;
        judge = new HandshakeJudge(listener);
    }

    @Override
    protected void initChannel(Channel channel) {
        StreamLoop loop = loops.of(channel);
        loop.counters().increment(StreamCounter.ACCEPTED);
        if (!admission.enter()) {
            loop.counters().increment(StreamCounter.REFUSED_TOTAL);
            var _ = channel.close();
            return;
        }
        TransportAddress remote = Addresses.remote(channel);
        boolean proxied = listener.trusts(remote.ip());
        FlowName name = new FlowName(
            loops.nextId(), listener.transport(), false, Addresses.local(channel), remote);
        ChannelPipeline pipeline = channel.pipeline();
        NettyFlow flow = addFlow(loop, channel, name, proxied);
        if (identity != null) {
            SslHandler tls = identity.context().newHandler(channel.alloc());
            // The flow's own deadline covers it.
            tls.setHandshakeTimeoutMillis(0);
            pipeline.addFirst(tls);
        }
        pipeline.addFirst(proxied ? new ProxyHandshake(flow) : new ProxyGuard(flow));
        if (!proxied) {
            flow.admitSource();
        }
    }

    private NettyFlow addFlow(StreamLoop loop, Channel channel, FlowName name, boolean proxied) {
        if (!listener.transport().isWebSocket()) {
            boolean ready = !proxied && !listener.transport().isSecure();
            TcpFlow flow = new TcpFlow(loop, channel, handler, name, admission, ready);
            channel.pipeline().addLast(flow);
            return flow;
        }
        WebSocketFlow flow = new WebSocketFlow(loop, channel, handler, name, admission);
        channel.pipeline()
            .addLast(WebSocketHandshake.newDecoder(loop.limits()), new WebSocketHandshake(judge, flow), flow);
        return flow;
    }
}
