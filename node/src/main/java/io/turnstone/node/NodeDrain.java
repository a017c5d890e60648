package io.turnstone.node;

import io.turnstone.node.operations.Drain;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a node step by step, on a thread of its own; forwarding goes on until the last.
 *
 * <pre>
 * SERVING       begin                        -> DRAINING       not ready any more; says so in its heartbeats
 * DRAINING      the balancer has moved       -> DISCONNECTING  connections are closed, one after the other
 * DISCONNECTING none is left                 -> LEAVING        leaves the cluster, authorities and shards move
 * LEAVING       no member any more           -> HANDING_OVER   the others serve what this node served
 * HANDING_OVER  every node has heard of it   -> ENDED
 * any before HANDING_OVER  no heir is left   -> ENDED          nobody is there to hand anything over to
 * </pre>
 */
final class NodeDrain implements Drain {
    private static final Logger LOG = LoggerFactory.getLogger(NodeDrain.class);
    private static final long POLL_MS = 25;
    private static final int HEARTBEATS = 4;

    private final Members members;
    private final Steps steps;
    private final long balancerMs;
    private final long heardMs;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /**
     * What the node's parts do.
     *
     * @param disconnect begins to close the connections of clients, who connect to other nodes then; completed when none is
     *     left
     * @param leave leaves the cluster; returns when that is done
     * @param end closes everything else
     */
    record Steps(Supplier<CompletableFuture<Void>> disconnect, Runnable leave, Runnable end) {}

    /**
     * @param balancerTime in which balancers notice that a node is not ready and send their packets elsewhere
     * @param heartbeat the pause between two heartbeats
     */
    NodeDrain(Members members, Steps steps, Duration balancerTime, Duration heartbeat) {
        this.members = members;
        this.steps = steps;
        this.balancerMs = balancerTime.toMillis();
        this.heardMs = HEARTBEATS * heartbeat.toMillis();
    }

    @Override
    public void begin() {
        if (begun.compareAndSet(false, true)) {
            Thread.ofPlatform().name("drain").start(this::run);
        }
    }

    /** Waits until a drain that somebody begins is over. */
    void await() {
        ended.join();
    }

    private void run() {
        try {
            members.drain();
            if (members.hasHeirs()) {
                LOG.info("Draining: not ready any more, serving on for {} ms", balancerMs);
                drain();
            }
            LOG.info("Drained");
        } finally {
            steps.end().run();
            ended.complete(null);
        }
    }

    private void drain() {
        // Nodes that are stopped together must have told each other before one begins to leave.
        if (isPointless(pause(Math.max(balancerMs, heardMs))) || isPointless(steps.disconnect().get())) {
            return;
        }
        CompletableFuture<Void> left = CompletableFuture
            .runAsync(steps.leave(), task -> Thread.ofPlatform().daemon().name("leave").start(task));
        if (!isPointless(left)) {
            members.handOver();
            pause(heardMs).join();
        }
    }

    /** Waits for a step. True if no heir is left before it is done. */
    private boolean isPointless(CompletableFuture<Void> step) {
        while (!step.isDone()) {
            if (!members.hasHeirs()) {
                return true;
            }
            CompletableFuture.anyOf(step, pause(POLL_MS)).exceptionally(failed -> null).join();
        }
        return false;
    }

    private static CompletableFuture<Void> pause(long milliseconds) {
        return CompletableFuture
            .runAsync(() -> {}, CompletableFuture.delayedExecutor(milliseconds, TimeUnit.MILLISECONDS));
    }
}
