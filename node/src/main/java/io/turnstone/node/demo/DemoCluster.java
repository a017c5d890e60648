package io.turnstone.node.demo;

import io.turnstone.config.HostPort;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The node processes of one demo, started together and stopped together. Used by one thread; {@link #get} by any. */
final class DemoCluster implements AutoCloseable {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);
    private static final Duration READY_WITHIN = Duration.ofSeconds(90);
    private static final long POLL_MS = 50;
    private static final int HTTP_OK = 200;

    private final DemoPlan plan;
    private final DemoDirectory directory;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER_WITHIN).build();
    private final List<DemoNode> nodes = new ArrayList<>();
    private final CompletableFuture<String> failure = new CompletableFuture<>();
    private volatile boolean closing;

    private DemoCluster(DemoPlan plan, DemoDirectory directory) {
        this.plan = plan;
        this.directory = directory;
    }

    /** Starts every node of the plan; they are not ready yet. */
    static DemoCluster start(DemoPlan plan, PrintWriter out) {
        try {
            DemoCluster cluster = new DemoCluster(plan,
                DemoDirectory.create(Path.of(System.getProperty("java.io.tmpdir"))));
            for (DemoPlan.NodePlan node : plan.nodes()) {
                Path settings = cluster.directory.write(node.name() + ".conf", plan.settings(node));
                cluster.nodes.add(DemoNode.start(node, settings, out, exitCode -> cluster.onEnd(node, exitCode)));
            }
            return cluster;
        } catch (IOException unwritable) {
            throw new UncheckedIOException("the nodes' settings cannot be written", unwritable);
        }
    }

    private void onEnd(DemoPlan.NodePlan node, int exitCode) {
        if (!closing) {
            failure.complete(
                node.name() + " ended by itself with exit code " + exitCode + "; its last lines above say why");
        }
    }

    DemoPlan plan() {
        return plan;
    }

    /** Completes with the reason when a node ends although nobody asked it to. */
    CompletableFuture<String> failure() {
        return failure;
    }

    /**
     * Waits until every node says it is ready.
     *
     * @return false when a node ended instead; then {@link #failure} says why
     * @throws IllegalStateException when one is not ready in time, with its own reasons
     */
    boolean awaitReady() throws InterruptedException {
        long deadlineNs = System.nanoTime() + READY_WITHIN.toNanos();
        for (DemoPlan.NodePlan node : plan.nodes()) {
            while (!isReady(node)) {
                if (failure.isDone()) {
                    return false;
                }
                if (System.nanoTime() > deadlineNs) {
                    throw new IllegalStateException(node.name() + " was not ready within " + READY_WITHIN.toSeconds()
                        + " s: " + get(node.admin(), "/ready").map(HttpResponse::body).orElse("it does not answer"));
                }
                Thread.sleep(POLL_MS);
            }
        }
        return true;
    }

    boolean isReady(DemoPlan.NodePlan node) {
        return get(node.admin(), "/ready").filter(answer -> answer.statusCode() == HTTP_OK).isPresent();
    }

    /** The body of a successful answer of a node's admin port. */
    Optional<String> read(DemoPlan.NodePlan node, String path) {
        return get(node.admin(), path).filter(answer -> answer.statusCode() == HTTP_OK).map(HttpResponse::body);
    }

    private Optional<HttpResponse<String>> get(HostPort admin, String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + admin + path))
            .timeout(ANSWER_WITHIN)
            .build();
        try {
            return Optional.of(http.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException notYet) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Stops every node and removes their settings. */
    @Override
    public void close() {
        closing = true;
        nodes.forEach(DemoNode::askToClose);
        nodes.forEach(DemoNode::awaitClosed);
        try {
            directory.close();
        } catch (IOException leftBehind) {
            failure.complete("temporary files stay in " + directory.path());
        }
    }
}
