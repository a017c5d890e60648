package io.turnstone.loadtest.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The one thread on which any number of clients and peers send, receive and wait. Its public methods may be called from
 * any thread; whatever they are given runs on the loop.
 */
public final class ClientLoop implements AutoCloseable {
    private static final int BATCH_MAX = 256;
    private static final int BUFFER_BYTES = 4 << 20;
    private static final int DATAGRAM_BYTES_MAX = 65_536;
    /** Longer than the loop ever waits, which is a second. */
    private static final long STANDS_STILL_MS = 2_000;
    private static final long WATCH_MS = 250;
    private static final int FRAMES_SHOWN = 8;
    /** A machine that is given to others for a while is no reason to give up. */
    private static final long CALL_SECONDS_MAX = 60;

    private final Selector selector;
    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private final ByteBuffer received = ByteBuffer.allocateDirect(DATAGRAM_BYTES_MAX);
    private long timersMade;
    private volatile long turnNs = System.nanoTime();
    private volatile boolean closed;

    /** What a socket of the loop does with a datagram; the buffer is the loop's and is reused at once. */
    public interface Receiver {
        void onDatagram(ByteBuffer datagram, InetSocketAddress source);
    }

    /** What the loop does where a channel has something to read. */
    public interface ReadTask {
        /** @throws IOException once the channel is closed: it is not watched any more then */
        void read() throws IOException;
    }

    /** Something the loop does later, once or again and again, until it is cancelled. */
    public static final class Timer implements Comparable<Timer> {
        private final Runnable task;
        private final long intervalNs;
        private final long order;
        private long deadlineNs;
        private boolean cancelled;

        private Timer(Runnable task, long deadlineNs, long intervalNs, long order) {
            this.task = task;
            this.deadlineNs = deadlineNs;
            this.intervalNs = intervalNs;
            this.order = order;
        }

        /** On the loop only. */
        public void cancel() {
            cancelled = true;
        }

        @Override
        public int compareTo(Timer other) {
            int byDeadline = Long.signum(deadlineNs - other.deadlineNs);
            return byDeadline != 0 ? byDeadline : Long.compare(order, other.order);
        }
    }

    private ClientLoop(Selector selector) {
        this.selector = selector;
        this.thread = Thread.ofPlatform().name("turn-clients").daemon().unstarted(this::run);
    }

    public static ClientLoop start() {
        try {
            ClientLoop loop = new ClientLoop(Selector.open());
            loop.thread.start();
            Thread.ofPlatform().name("turn-clients-watch").daemon().start(loop::watch);
            return loop;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A client of {@code server} on a socket of its own, bound to the server's family. */
    public TurnClient client(InetSocketAddress server, Credentials credentials) {
        boolean ipv4 = server.getAddress() instanceof Inet4Address;
        return client(server, credentials, InetAddress.ofLiteral(ipv4 ? "0.0.0.0" : "::"));
    }

    /** The same on a socket at {@code local}, an address of this machine and of the server's family. */
    public TurnClient client(InetSocketAddress server, Credentials credentials, InetAddress local) {
        return new TurnClient(this, server, credentials, new InetSocketAddress(local, 0));
    }

    /** A peer without any TURN, bound to {@code local} (port 0: any). */
    public PlainPeer peer(InetSocketAddress local) {
        return new PlainPeer(this, local);
    }

    /** Runs {@code task} on the loop again and again until the loop is closed. */
    public void repeat(long intervalNs, Runnable task) {
        execute(() -> every(intervalNs, task));
    }

    /** Runs {@code task} on the loop, soon. */
    public void execute(Runnable task) {
        tasks.add(task);
        if (Thread.currentThread() != thread) {
            selector.wakeup();
        }
    }

    /**
     * Runs {@code task} on the loop and waits for it.
     *
     * @throws IllegalStateException if the loop has ended, or does not get to it for a minute
     */
    public void call(Runnable task) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        execute(() -> {
            task.run();
            done.complete(null);
        });
        try {
            done.get(CALL_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException stuck) {
            throw new IllegalStateException(
                "the loop of the clients " + (thread.isAlive() ? "stands still" : "has ended"),
                stuck);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    /** On the loop only. */
    public Timer after(long delayNs, Runnable task) {
        return schedule(delayNs, 0, task);
    }

    /** On the loop only: at a steady rate, late turns are caught up. */
    public Timer every(long intervalNs, Runnable task) {
        return schedule(intervalNs, intervalNs, task);
    }

    /** A non-blocking socket whose datagrams {@code receiver} gets on the loop. Any thread. */
    public DatagramChannel open(InetSocketAddress local, Receiver receiver) {
        try {
            DatagramChannel channel = DatagramChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER_BYTES);
            channel.bind(local);
            watch(channel, () -> receive(channel, receiver));
            return channel;
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot open a UDP socket at " + local, failed);
        }
    }

    /** From now on the loop reads from a channel that does not block, and closes it in the end. Any thread. */
    public void watch(SelectableChannel channel, ReadTask task) {
        execute(() -> register(channel, task));
    }

    /** Ends the thread and closes every socket of the loop. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Timer schedule(long delayNs, long intervalNs, Runnable task) {
        Timer timer = new Timer(task, System.nanoTime() + delayNs, intervalNs, timersMade++);
        timers.add(timer);
        return timer;
    }

    private void register(SelectableChannel channel, ReadTask task) {
        try {
            if (channel.isOpen()) {
                channel.register(selector, SelectionKey.OP_READ, task);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void run() {
        try (selector) {
            while (!closed) {
                turnNs = System.nanoTime();
                selector.select(this::onReadable, waitMs());
                runTasks();
                runTimers(System.nanoTime());
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Says where the loop stands still: whoever measures by it should know that it was not the server that paused. */
    private void watch() {
        long saidNs = turnNs;
        while (!closed && thread.isAlive()) {
            Pause.ms(WATCH_MS);
            long lastNs = turnNs;
            long stoodMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastNs);
            if (stoodMs > STANDS_STILL_MS && lastNs != saidNs) {
                saidNs = lastNs;
                System.err.printf("the clients have stood still for %d ms in %s%n", stoodMs,
                    Arrays.stream(thread.getStackTrace()).limit(FRAMES_SHOWN).toList());
            }
        }
    }

    /** The milliseconds until the next timer; 1 at least, since 0 would wait for ever. */
    private long waitMs() {
        Timer next = timers.peek();
        long delayNs = next == null ? TimeUnit.SECONDS.toNanos(1) : next.deadlineNs - System.nanoTime();
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(delayNs));
    }

    private void onReadable(SelectionKey key) {
        try {
            ((ReadTask) key.attachment()).read();
        } catch (IOException closedMeanwhile) {
            key.cancel();
        }
    }

    private void receive(DatagramChannel channel, Receiver receiver) throws IOException {
        for (int i = 0; i < BATCH_MAX; i++) {
            received.clear();
            @Nullable
            InetSocketAddress source = (InetSocketAddress) channel.receive(received);
            if (source == null) {
                return;
            }
            receiver.onDatagram(received.flip(), source);
        }
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    private void runTimers(long nowNs) {
        for (Timer timer = timers.peek(); timer != null && timer.deadlineNs - nowNs <= 0; timer = timers.peek()) {
            timers.remove();
            if (timer.cancelled) {
                continue;
            }
            timer.task.run();
            if (timer.intervalNs > 0) {
                timer.deadlineNs += timer.intervalNs;
                timers.add(timer);
            }
        }
    }
}
