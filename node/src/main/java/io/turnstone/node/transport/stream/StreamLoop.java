package io.turnstone.node.transport.stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.turnstone.node.transport.CounterCells;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the flows of one event loop share: counters, buffers for a moment, and what has to be done from time to time. Owned
 * by the loop's thread but for what says otherwise.
 */
final class StreamLoop {
    /** How often all flows are looked at. */
    static final long TICK_MS = 250;

    private static final Logger LOG = LoggerFactory.getLogger(StreamLoop.class);
    private static final int FLOWS_AT_FIRST = 64;

    private final EventLoop eventLoop;
    private final LongSupplier clockNs;
    private final StreamSettings settings;
    private final CounterCells<StreamCounter> counters = new CounterCells<>(StreamCounter.class);
    private final FrameHeader frameHeader = new FrameHeader();
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private final List<SendingFlow> unflushed = new ArrayList<>();
    private final Runnable flush = this::flush;
    private NettyFlow[] flows = new NettyFlow[FLOWS_AT_FIRST];
    private volatile int count;
    private int accepted;
    private @Nullable DrainSchedule drain;
    private int drained;
    private @Nullable CompletableFuture<Void> whenDrained;
    private @Nullable CompletableFuture<Void> whenEmpty;

    /** @param clockNs as {@link System#nanoTime} */
    StreamLoop(EventLoop eventLoop, LongSupplier clockNs, StreamSettings settings) {
        this.eventLoop = eventLoop;
        this.clockNs = clockNs;
        this.settings = settings;
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    StreamLimits limits() {
        return settings.limits();
    }

    StreamTimes times() {
        return settings.times();
    }

    CounterCells<StreamCounter> counters() {
        return counters;
    }

    /** How many flows it has, those in a handshake too. Any thread. */
    int size() {
        return count;
    }

    long nowNs() {
        return clockNs.getAsLong();
    }

    /** Any thread. */
    boolean isCurrent() {
        return eventLoop.inEventLoop();
    }

    /**
     * Has something done on the loop's thread, later. Any thread.
     *
     * @return false if the loop has ended
     */
    boolean execute(Runnable task) {
        try {
            eventLoop.execute(task);
            return true;
        } catch (RejectedExecutionException ended) {
            return false;
        }
    }

    /** Begins to look at the flows from time to time. */
    void start() {
        var _ = eventLoop.scheduleWithFixedDelay(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        try {
            sweep(nowNs());
        } catch (RuntimeException bug) {
            // Thrown on, it would end the ticks, and with them every deadline.
            LOG.error("looking at the flows failed", bug);
        }
    }

    /** What is readable of a buffer, until this is called again. */
    UnsafeBuffer view(ByteBuf buffer) {
        int length = buffer.readableBytes();
        if (buffer.hasMemoryAddress()) {
            view.wrap(buffer.memoryAddress() + buffer.readerIndex(), length);
        } else if (buffer.hasArray()) {
            view.wrap(buffer.array(), buffer.arrayOffset() + buffer.readerIndex(), length);
        } else {
            view.wrap(buffer.nioBuffer());
        }
        return view;
    }

    /** For one frame at a time. */
    FrameHeader frameHeader() {
        return frameHeader;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the loop's thread alone
    void add(NettyFlow flow) {
        if (count == flows.length) {
            flows = Arrays.copyOf(flows, 2 * count);
        }
        flow.position(count);
        flows[count++] = flow;
        if (!flow.isOutbound()) {
            accepted++;
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the loop's thread alone
    void remove(NettyFlow flow) {
        NettyFlow last = flows[--count];
        flows[flow.position()] = last;
        last.position(flow.position());
        flows[count] = null;
        if (!flow.isOutbound()) {
            accepted--;
        }
        tellWhoWaits();
    }

    private void tellWhoWaits() {
        if (whenDrained != null && accepted == 0) {
            whenDrained.complete(null);
        }
        if (whenEmpty != null && count == 0) {
            whenEmpty.complete(null);
        }
    }

    /** Has a flow flushed once everything that has arrived now has been handled, so that answers leave together. */
    void flushLater(SendingFlow flow) {
        if (unflushed.isEmpty()) {
            eventLoop.execute(flush);
        }
        unflushed.add(flow);
    }

    private void flush() {
        for (int i = 0; i < unflushed.size(); i++) {
            unflushed.get(i).flush();
        }
        unflushed.clear();
    }

    /** Looks at every flow. Backwards: one that ends while it is looked at is replaced by one that was. */
    void sweep(long nowNs) {
        for (int i = count - 1; i >= 0; i--) {
            flows[i].sweep(nowNs);
        }
        if (drain != null) {
            int due = drain.due(nowNs);
            for (int i = count - 1; i >= 0 && drained < due; i--) {
                drained += flows[i].drain() ? 1 : 0;
            }
        }
    }

    /** Closes accepted flows one after the other; completes the future when none is left. */
    void drain(long durationNs, CompletableFuture<Void> done) {
        drain = new DrainSchedule(accepted, nowNs(), durationNs);
        whenDrained = done;
        tellWhoWaits();
    }

    /** Closes all flows now; completes the future when none is left. */
    void closeAll(CompletableFuture<Void> done) {
        whenEmpty = done;
        for (int i = count - 1; i >= 0; i--) {
            flows[i].stop();
        }
        tellWhoWaits();
    }
}
