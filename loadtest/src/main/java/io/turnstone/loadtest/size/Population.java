package io.turnstone.loadtest.size;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.Requests;
import io.turnstone.loadtest.client.StunMessage;
import io.turnstone.loadtest.client.TurnClient;
import io.turnstone.loadtest.client.TurnClient.Challenge;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Clients with one allocation, one permission and one channel each, spread evenly over the nodes, each with an IP address
 * of its own (of 127.64.0.0/10). Most close their socket when they have their channel, and their allocation lives on;
 * some keep it and go on sending requests. One thread, beside the loop's.
 */
final class Population implements AutoCloseable {
    /** Sockets kept open. */
    private static final int SOCKETS_MAX = 3_000;
    private static final int IN_FLIGHT_MAX = 256;
    /** More would leave the nodes nothing of this machine for their heartbeats. */
    private static final int PER_SECOND_MAX = 800;
    /** A node has a hundred ports or so to begin with, and gets more as it needs them. */
    private static final int PER_SECOND_FIRST = 100;
    private static final int LIFETIME_SECONDS = 3_600;
    private static final int CHANNEL = 0x4000;
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(2);

    private final ClientLoop loop;
    private final List<TurnClient> senders = new ArrayList<>();
    private final AtomicLong changed = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private long turns;

    private Population(ClientLoop loop) {
        this.loop = loop;
    }

    /** Makes all allocations; they last for an hour. */
    static Population make(int count, List<TurnstoneNode> nodes) {
        Population population = new Population(ClientLoop.start());
        try {
            population.allocate(count, nodes);
            return population;
        } catch (RuntimeException failed) {
            population.close();
            throw failed;
        }
    }

    private void allocate(int count, List<TurnstoneNode> nodes) {
        Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);
        List<CompletableFuture<Void>> pending = new ArrayList<>();
        int keepEach = Math.ceilDiv(count, SOCKETS_MAX);
        Challenge challenge = challenge(client(count, nodes.getFirst()));
        long dueNs = System.nanoTime();
        for (int i = 0; i < count; i++) {
            boolean keep = i / nodes.size() % keepEach == 0;
            LockSupport.parkNanos(dueNs - System.nanoTime());
            dueNs += TimeUnit.SECONDS.toNanos(1) / Math.min(PER_SECOND_MAX, PER_SECOND_FIRST + i / 4);
            inFlight.acquireUninterruptibly();
            TurnClient client = client(i, nodes.get(i % nodes.size())).challengedBy(challenge);
            if (keep) {
                senders.add(client);
            }
            pending.add(furnish(client).thenRun(() -> {
                if (!keep) {
                    client.close();
                }
                inFlight.release();
            }));
        }
        pending.forEach(CompletableFuture::join);
        if (failed.get() > 0) {
            throw new IllegalStateException(failed.get() + " of " + count + " allocations were not made");
        }
    }

    private TurnClient client(int index, TurnstoneNode node) {
        String ip = "127." + (64 + (index >> 16)) + "." + (index >> 8 & 0xFF) + "." + (index & 0xFF);
        return loop.client(node.address(), node.credentials(), InetAddress.ofLiteral(ip));
    }

    /** One for all, since a nonce is bound to no address and good on every node. */
    private static Challenge challenge(TurnClient first) {
        try (first) {
            first.refresh(LIFETIME_SECONDS).join();
            return Objects.requireNonNull(first.challenge(), "no challenge from a node");
        }
    }

    private CompletableFuture<Void> furnish(TurnClient client) {
        return client.allocate(Requests.lifetime(LIFETIME_SECONDS)).thenCompose(allocated -> {
            if (!allocated.isSuccess()) {
                return CompletableFuture.completedFuture(allocated);
            }
            changed.incrementAndGet();
            return client.channelBind(CHANNEL, VirtualCluster.SOME_RELAY);
        }).handle(this::count);
    }

    private @Nullable Void count(@Nullable StunMessage answer, @Nullable Throwable failure) {
        boolean success = failure == null && answer != null && answer.isSuccess();
        (success ? changed : failed).incrementAndGet();
        return null;
    }

    /** Begins to send Refresh, CreatePermission and ChannelBind in turn, at a steady rate in all, until it is stopped. */
    Runnable changing(int perSecond) {
        long startNs = System.nanoTime();
        AtomicLong sent = new AtomicLong();
        CompletableFuture<ClientLoop.Timer> timer = new CompletableFuture<>();
        loop.execute(() -> timer.complete(loop.every(TICK_NS, () -> {
            long due = (System.nanoTime() - startNs) * perSecond / TimeUnit.SECONDS.toNanos(1);
            while (sent.get() < due) {
                sent.incrementAndGet();
                change();
            }
        })));
        return () -> loop.call(() -> timer.join().cancel());
    }

    @SuppressWarnings("FutureReturnValueIgnored") // every outcome is counted, and nobody waits for it
    private void change() {
        long turn = turns++;
        TurnClient client = senders.get((int) (turn % senders.size()));
        CompletableFuture<StunMessage> answer = switch ((int) (turn / senders.size() % 3)) {
            case 0 -> client.refresh(LIFETIME_SECONDS);
            case 1 -> client.createPermission(VirtualCluster.SOME_RELAY);
            default -> client.channelBind(CHANNEL, VirtualCluster.SOME_RELAY);
        };
        answer.handle(this::count);
    }

    /** Requests that were answered, since the start. */
    long answered() {
        return changed.get() + failed.get();
    }

    /** Route changes that were answered with success, since the start. */
    long changed() {
        return changed.get();
    }

    /** Requests that were answered with an error or not at all, since the start. */
    long failed() {
        return failed.get();
    }

    @Override
    public void close() {
        loop.close();
    }
}
