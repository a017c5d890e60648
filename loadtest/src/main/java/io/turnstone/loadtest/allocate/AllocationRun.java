package io.turnstone.loadtest.allocate;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.Pause;
import io.turnstone.loadtest.client.StunMessage;
import io.turnstone.loadtest.client.TurnClient;
import io.turnstone.loadtest.command.Sample;
import io.turnstone.loadtest.relay.RelayTarget;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Makes allocations as ordinary clients do, each on a socket of its own, and gives them back. One thread. */
final class AllocationRun implements AutoCloseable {
    private static final int CHANNEL = 0x4000;
    private static final long WAIT_NS_MAX = TimeUnit.MINUTES.toNanos(2);
    private static final double NS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final RelayTarget target;
    private final AllocationPlan plan;
    private final ClientLoop loop = ClientLoop.start();
    private final Semaphore room;
    private final List<TurnClient> clients = new ArrayList<>();
    /** Of the loop's thread. */
    private final Histogram waitNs = new Histogram(WAIT_NS_MAX, 3);
    private final Map<String, Integer> failures = new TreeMap<>();
    private int made;

    private AllocationRun(RelayTarget target, AllocationPlan plan) {
        this.target = target;
        this.plan = plan;
        this.room = new Semaphore(plan.concurrent());
    }

    /** All of the plan's allocations are made and given back when this returns. */
    static Sample measure(RelayTarget target, AllocationPlan plan) {
        try (AllocationRun run = new AllocationRun(target, plan)) {
            return run.measure();
        }
    }

    private Sample measure() {
        double serverBefore = target.processorSeconds();
        long startNs = System.nanoTime();
        for (int i = 0; i < plan.count(); i++) {
            awaitTurn(startNs, i);
            room.acquireUninterruptibly();
            TurnClient client = loop.client(target.first(), target.credentials());
            clients.add(client);
            begin(client);
        }
        room.acquireUninterruptibly(plan.concurrent());
        room.release(plan.concurrent());
        double seconds = (System.nanoTime() - startNs) / NS_PER_SECOND;
        if (plan.holdSeconds() > 0) {
            Pause.seconds(plan.holdSeconds() + 1);
        }
        double server = target.processorSeconds() - serverBefore;
        Sample[] sample = new Sample[1];
        loop.call(() -> sample[0] = new Sample(made, Map.copyOf(failures), seconds, waitNs.copy(), server));
        return sample[0];
    }

    private void awaitTurn(long startNs, int number) {
        if (plan.perSecond() > 0) {
            long dueNs = startNs + (long) (number * NS_PER_SECOND / plan.perSecond());
            long waitMs = TimeUnit.NANOSECONDS.toMillis(dueNs - System.nanoTime());
            if (waitMs > 0) {
                Pause.ms(waitMs);
            }
        }
    }

    private void begin(TurnClient client) {
        long beganNs = System.nanoTime();
        CompletableFuture<StunMessage> ignored = client.allocate()
            .thenCompose(
                answer -> answer.isSuccess() ? join(client, answer) : CompletableFuture.completedFuture(answer))
            .whenComplete((answer, failure) -> onAnswer(client, beganNs, answer, failure));
    }

    /** A permission, then a channel. */
    private CompletableFuture<StunMessage> join(TurnClient client, StunMessage allocated) {
        InetSocketAddress peer = plan.peer();
        if (peer == null) {
            return CompletableFuture.completedFuture(allocated);
        }
        return client.createPermission(peer)
            .thenCompose(answer -> answer.isSuccess()
                ? client.channelBind(CHANNEL, peer)
                : CompletableFuture.completedFuture(answer));
    }

    /** On the loop, as every answer. */
    private void onAnswer(
        TurnClient client, long beganNs, @Nullable StunMessage answer, @Nullable Throwable failure) {
        if (answer == null) {
            failures.merge(failure instanceof CompletionException ? "no answer" : "failure", 1, Integer::sum);
        } else if (!answer.isSuccess()) {
            failures.merge("error " + answer.errorCode(), 1, Integer::sum);
        } else {
            made++;
            waitNs.recordValue(Math.min(System.nanoTime() - beganNs, WAIT_NS_MAX));
        }
        if (plan.holdSeconds() > 0) {
            loop.after(TimeUnit.SECONDS.toNanos(plan.holdSeconds()), () -> giveBack(client));
        }
        room.release();
    }

    /** On the loop. */
    private static void giveBack(TurnClient client) {
        CompletableFuture<StunMessage> ignored = client.refresh(0).whenComplete((answer, failure) -> client.close());
    }

    /** Gives back what still is there. */
    @Override
    public void close() {
        if (plan.holdSeconds() == 0) {
            for (TurnClient client : clients) {
                room.acquireUninterruptibly();
                CompletableFuture<StunMessage> ignored = client.refresh(0)
                    .whenComplete((answer, failure) -> room.release());
            }
            room.acquireUninterruptibly(plan.concurrent());
        }
        loop.close();
    }
}
