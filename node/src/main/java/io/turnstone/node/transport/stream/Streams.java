package io.turnstone.node.transport.stream;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.turnstone.node.transport.stream.StreamClosure.Cause;
import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All byte streams and WebSockets of the process. Any thread. */
public final class Streams implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Streams.class);
    private static final int BACKLOG = 1_024;

    private final StreamSettings settings;
    private final StreamIo io;
    private final StreamLoops loops;
    private final SslContext trust;
    private final Admission admission;
    private final List<Channel> listening = new CopyOnWriteArrayList<>();
    private final List<TlsIdentity> identities = new CopyOnWriteArrayList<>();
    private final AtomicBoolean refreshing = new AtomicBoolean();

    private Streams(StreamSettings settings, SslContext trust, ThreadFactory threads, LongSupplier clockNs) {
        this.settings = settings;
        this.trust = trust;
        io = StreamIo.open(settings.epoll());
        loops = new StreamLoops(settings, io.handlers(), threads, clockNs);
        admission = new Admission(settings.limits());
        long certificateMs = settings.times().certificateMs();
        var _ = loops.group()
            .scheduleWithFixedDelay(this::lookAtCertificates, certificateMs, certificateMs, TimeUnit.MILLISECONDS);
    }

    /**
     * Starts the event loops.
     *
     * @param threads makes one for each loop
     * @param clockNs as {@link System#nanoTime}
     * @throws IOException if the trusted certificates cannot be read, in one line
     */
    public static Streams start(StreamSettings settings, ThreadFactory threads, LongSupplier clockNs)
        throws IOException {
        return new Streams(settings, TlsTrust.load(settings.trustedCertificates()), threads, clockNs);
    }

    /**
     * Begins to accept connections.
     *
     * @return where it listens, with the port that it got
     * @throws IOException if that cannot be done, in one line
     */
    public TransportAddress listen(StreamListener listener, StreamHandler handler) throws IOException {
        TlsIdentity identity = identity(listener);
        ServerBootstrap bootstrap = new ServerBootstrap().group(loops.group())
            .channelFactory(io.newServer()::get)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark())
            .childHandler(new AcceptedPipeline(loops, listener, handler, identity, admission));
        if (listener.shared()) {
            bootstrap.option(io.sharedPort(), true);
        }
        ChannelFuture bound = bootstrap.bind(listener.local().toInetSocketAddress()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                "cannot listen on " + listener.local() + ": " + bound.cause().getMessage(), bound.cause());
        }
        listening.add(bound.channel());
        if (identity != null) {
            identities.add(identity);
        }
        return Addresses.local(bound.channel());
    }

    private static @Nullable TlsIdentity identity(StreamListener listener) throws IOException {
        TlsFiles files = listener.identity();
        return files == null ? null : new TlsIdentity(files);
    }

    private WriteBufferWaterMark waterMark() {
        int high = settings.limits().outboundBytesMax();
        return new WriteBufferWaterMark(high / 2, high);
    }

    /**
     * Connects to another host. The handler hears either {@link StreamHandler#onOpened} or, with
     * {@link Cause#CONNECT_FAILED}, {@link StreamHandler#onClosed} first.
     *
     * @return the flow; nothing can be sent before it is opened, and until then it has no local address
     * @throws IllegalStateException after {@link #close}
     */
    public StreamFlow connect(StreamTarget target, StreamHandler handler) {
        StreamLoop loop = loops.next();
        SocketChannel channel = io.newSocket().get();
        FlowName name = new FlowName(
            loops.nextId(), target.transport(), true, Addresses.unknown(), target.remote());
        TcpFlow flow = new TcpFlow(loop, channel, handler, name, null, !target.transport().isSecure());
        if (target.serverName() != null) {
            SslHandler tls = trust.newHandler(channel.alloc(), target.serverName(), target.remote().port());
            // The flow's own deadline covers it.
            tls.setHandshakeTimeoutMillis(0);
            channel.pipeline().addFirst(tls);
        }
        Bootstrap bootstrap = new Bootstrap().group(loop.eventLoop())
            .channelFactory(() -> channel)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) settings.times().connectMs())
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark())
            .handler(flow);
        // On the loop, so that the reason is heard before the channel ends.
        boolean begun = loop.execute(() -> {
            var _ = bootstrap.connect(target.remote().toInetSocketAddress()).addListener(connected -> {
                if (!connected.isSuccess()) {
                    flow.decide(Cause.CONNECT_FAILED, 0, String.valueOf(connected.cause().getMessage()));
                }
            });
        });
        if (!begun) {
            throw new IllegalStateException("the streams have been closed");
        }
        return flow;
    }

    /** Flows, those in a handshake too. */
    public int size() {
        return loops.size();
    }

    public long count(StreamCounter counter) {
        return loops.count(counter);
    }

    /**
     * Accepts no connection from now on, and closes the accepted ones spread evenly over a time, WebSockets with code 1001.
     * Connections made here stay.
     *
     * @return completed when no accepted one is left
     */
    public CompletableFuture<Void> drain(long durationMs) {
        stopListening();
        long durationNs = TimeUnit.MILLISECONDS.toNanos(durationMs);
        return onEachLoop((loop, drained) -> loop.drain(durationNs, drained));
    }

    /** @return completed when the task has completed its future on each loop that has not ended */
    private CompletableFuture<Void> onEachLoop(BiConsumer<StreamLoop, CompletableFuture<Void>> task) {
        return CompletableFuture.allOf(loops.all().stream().map(loop -> {
            CompletableFuture<Void> done = new CompletableFuture<>();
            if (!loop.execute(() -> task.accept(loop, done))) {
                done.complete(null);
            }
            return done;
        }).toArray(CompletableFuture[]::new));
    }

    private void stopListening() {
        listening.forEach(channel -> channel.close().awaitUninterruptibly());
        listening.clear();
    }

    /** Has a thread of its own, since files may lie far away. */
    private void lookAtCertificates() {
        if (!identities.isEmpty() && refreshing.compareAndSet(false, true)) {
            Thread.startVirtualThread(() -> {
                identities.forEach(this::refresh);
                refreshing.set(false);
            });
        }
    }

    private void refresh(TlsIdentity identity) {
        try {
            if (identity.refresh()) {
                LOG.info("took the changed certificate in {}", identity.files().certificateChain());
                countLater(StreamCounter.CERTIFICATE_TAKEN);
            }
        } catch (IOException unusable) {
            LOG.warn("the former certificate stays in use: {}", unusable.getMessage());
            countLater(StreamCounter.CERTIFICATE_REFUSED);
        }
    }

    /** Counters are written by their loop's thread. */
    private void countLater(StreamCounter counter) {
        StreamLoop loop = loops.all().getFirst();
        loop.execute(() -> loop.counters().increment(counter));
    }

    /** Stops listening, closes every flow with what time a close takes, and ends the event loops. */
    @Override
    public void close() {
        stopListening();
        CompletableFuture<Void> ended = onEachLoop(StreamLoop::closeAll);
        long closeMs = settings.times().closeMs();
        try {
            ended.get(closeMs + 2 * StreamLoop.TICK_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException late) {
            LOG.warn("{} flows did not end in time and are cut off", size());
        }
        loops.end(closeMs);
    }
}
