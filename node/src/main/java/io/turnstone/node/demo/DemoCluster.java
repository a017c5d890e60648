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
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The node processes of one demo, started together and stopped together; in between each may be killed and started
 * again. Any thread, except that only one waits in {@link #awaitReady}.
 */
final class DemoCluster implements AutoCloseable {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);
    private static final Duration READY_WITHIN = Duration.ofSeconds(90);
    private static final long POLL_MS = 50;
    private static final int HTTP_OK = 200;

    private final DemoPlan plan;
    private final DemoDirectory directory;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER_WITHIN).build();
    private final PrintWriter out;
    private final Map<String, DemoNode> nodes = new ConcurrentHashMap<>();
    private final CompletableFuture<String> failure = new CompletableFuture<>();
    private volatile boolean serving;
    private volatile boolean closing;

    private DemoCluster(DemoPlan plan, DemoDirectory directory, PrintWriter out) {
        this.plan = plan;
        this.directory = directory;
        this.out = out;
    }

    /** Starts every node of the plan; they are not ready yet. */
    static DemoCluster start(DemoPlan plan, PrintWriter out) {
        try {
            DemoDirectory directory = DemoDirectory.create(Path.of(System.getProperty("java.io.tmpdir")));
            DemoCluster cluster = new DemoCluster(plan, directory, out);
            for (DemoPlan.NodePlan node : plan.nodes()) {
                directory.write(settingsOf(node), plan.settings(node));
                cluster.launch(node);
            }
            return cluster;
        } catch (IOException unwritable) {
            throw new UncheckedIOException("the nodes' settings cannot be written", unwritable);
        }
    }

    private static String settingsOf(DemoPlan.NodePlan node) {
        return node.name() + ".conf";
    }

    private void launch(DemoPlan.NodePlan node) {
        Path settings = directory.path().resolve(settingsOf(node));
        nodes.put(node.name(), DemoNode.start(node, settings, out, exitCode -> onEnd(node, exitCode)));
    }

    /** Ends a node's process by SIGKILL; false unless it runs and all of them have served. */
    synchronized boolean kill(DemoPlan.NodePlan node) {
        boolean possible = serving && !closing && isRunning(node);
        if (possible) {
            process(node).kill();
        }
        return possible;
    }

    /** Starts a node that was killed, as a new process that knows nothing; false if it runs. */
    synchronized boolean restart(DemoPlan.NodePlan node) {
        boolean possible = serving && !closing && !isRunning(node);
        if (possible) {
            launch(node);
        }
        return possible;
    }

    boolean isRunning(DemoPlan.NodePlan node) {
        return process(node).isRunning();
    }

    private DemoNode process(DemoPlan.NodePlan node) {
        return Objects.requireNonNull(nodes.get(node.name()), node.name());
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
        serving = true;
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
    public synchronized void close() {
        closing = true;
        nodes.values().forEach(DemoNode::askToClose);
        nodes.values().forEach(DemoNode::awaitClosed);
        try {
            directory.close();
        } catch (IOException leftBehind) {
            failure.complete("temporary files stay in " + directory.path());
        }
    }
}
