package io.turnstone.loadtest.system;

import io.turnstone.loadtest.server.AdminPort;
import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.ServerProcess;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** {@code turnstone demo} with three nodes, on ports that nobody holds. One thread. */
final class DemoProcess implements AutoCloseable {
    static final int NODES = 3;
    private static final int SERVING_SECONDS_MAX = 120;
    private static final Pattern ADMIN = Pattern.compile("admin http://127\\.0\\.0\\.1:(\\d+)/");

    private final ServerProcess process;
    private final int pagePort;

    private DemoProcess(ServerProcess process, int pagePort) {
        this.process = process;
        this.pagePort = pagePort;
    }

    /** Every node serves when this returns. */
    static DemoProcess start() {
        int pagePort = FreePorts.one();
        // Whoever runs the tests in the background ignores SIGINT, and the demo would inherit that.
        List<String> command = List.of("env", "--default-signal=INT",
            TurnstoneNode.repositoryRoot().resolve("node/bin/turnstone").toString(), "demo", "--port",
            Integer.toString(FreePorts.one()), "--page-port", Integer.toString(pagePort));
        ServerProcess process = ServerProcess.start("demo", Tools.ARTEFACTS.resolve("demo-" + pagePort + ".log"),
            command);
        process.await("serving", SERVING_SECONDS_MAX, () -> process.output().contains("Ctrl-C stops all"));
        return new DemoProcess(process, pagePort);
    }

    String url() {
        return "http://127.0.0.1:" + pagePort + "/";
    }

    List<AdminPort> nodes() {
        return ADMIN.matcher(process.output())
            .results()
            .map(admin -> new AdminPort(Integer.parseInt(admin.group(1))))
            .toList();
    }

    /** The sum over all nodes of the metrics whose names begin like that. */
    double sum(String prefix) {
        return nodes().stream()
            .mapToDouble(node -> node.metrics().sumWhere(sample -> sample.startsWith(prefix)))
            .sum();
    }

    /** Presses Ctrl-C and waits until the launcher and the nodes are gone. */
    void interrupt() {
        List<ProcessHandle> children = process.children();
        process.signal("INT");
        process.awaitExit(20);
        Awaitility.await()
            .atMost(10, TimeUnit.SECONDS)
            .until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** The status of a POST that claims to come from a page of that origin. */
    int post(String path, String origin) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url()).resolve(path))
            .header("Origin", origin)
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    List<ProcessHandle> children() {
        return process.children();
    }

    @Override
    public void close() {
        process.close();
    }
}
