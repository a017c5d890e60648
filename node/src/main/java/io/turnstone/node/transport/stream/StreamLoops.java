package io.turnstone.node.transport.stream;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** All event loops, and the numbers of flows. Any thread. */
final class StreamLoops {
    private final MultiThreadIoEventLoopGroup group;
    private final IdentityHashMap<EventExecutor, StreamLoop> byExecutor = new IdentityHashMap<>();
    private final List<StreamLoop> loops = new ArrayList<>();
    private final AtomicLong lastId = new AtomicLong();

    StreamLoops(StreamSettings settings, IoHandlerFactory handlers, ThreadFactory threads, LongSupplier clockNs) {
        group = new MultiThreadIoEventLoopGroup(settings.threads(), threads, handlers);
        for (EventExecutor each : group) {
            StreamLoop loop = new StreamLoop((EventLoop) each, clockNs, settings);
            byExecutor.put(each, loop);
            loops.add(loop);
            loop.start();
        }
    }

    MultiThreadIoEventLoopGroup group() {
        return group;
    }

    StreamLoop of(Channel channel) {
        return of(channel.eventLoop());
    }

    /** The loop whose turn it is to get a flow. */
    StreamLoop next() {
        return of(group.next());
    }

    private StreamLoop of(EventLoop eventLoop) {
        StreamLoop loop = byExecutor.get(eventLoop);
        if (loop == null) {
            throw new AssertionError("an event loop of another group");
        }
        return loop;
    }

    List<StreamLoop> all() {
        return loops;
    }

    long nextId() {
        return lastId.incrementAndGet();
    }

    int size() {
        return loops.stream().mapToInt(StreamLoop::size).sum();
    }

    long count(StreamCounter counter) {
        return loops.stream().mapToLong(loop -> loop.counters().get(counter)).sum();
    }

    /** Ends the threads; what is still open is closed. */
    void end(long timeoutMs) {
        group.shutdownGracefully(0, timeoutMs, TimeUnit.MILLISECONDS).awaitUninterruptibly(2 * timeoutMs);
    }
}
