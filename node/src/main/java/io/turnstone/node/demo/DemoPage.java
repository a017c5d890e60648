package io.turnstone.node.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** Serves the call page and {@code /nodes} on 127.0.0.1; its answers hold the demo's password. Threads of its own. */
final class DemoPage implements AutoCloseable {
    private static final Map<String, String> FILES = Map.of(
        "/", "text/html; charset=utf-8", "/demo.css", "text/css; charset=utf-8", "/demo.js",
        "text/javascript; charset=utf-8",
        "/call.js", "text/javascript; charset=utf-8", "/icon.svg", "image/svg+xml");
    private static final String JSON = "application/json";
    private static final int ALLOCATIONS_MAX = 200;

    private final DemoCluster cluster;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private DemoPage(DemoCluster cluster, HttpServer server) {
        this.cluster = cluster;
        this.server = server;
    }

    static DemoPage serve(DemoCluster cluster, int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 0);
        DemoPage page = new DemoPage(cluster, server);
        server.createContext("/", page::handle);
        server.setExecutor(page.threads);
        server.start();
        return page;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (!isForThisMachine(exchange)) {
                answer(exchange, 403, "text/plain",
                    "ask for 127.0.0.1 or localhost\n".getBytes(StandardCharsets.UTF_8));
            } else if (!"GET".equals(exchange.getRequestMethod())) {
                answer(exchange, 405, "text/plain", "GET only\n".getBytes(StandardCharsets.UTF_8));
            } else if ("/nodes".equals(path)) {
                answer(exchange, 200, JSON, nodes().getBytes(StandardCharsets.UTF_8));
            } else {
                answerFile(exchange, path);
            }
        }
    }

    /** A page of another origin that points its own name at 127.0.0.1 must not read the password. */
    private static boolean isForThisMachine(HttpExchange exchange) {
        String host = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Host")).orElse("");
        return host.startsWith("127.0.0.1:") || host.startsWith("localhost:");
    }

    private static void answerFile(HttpExchange exchange, String path) throws IOException {
        String type = FILES.get(path);
        String name = "/".equals(path) ? "/demo.html" : path;
        try (InputStream file = type == null ? null : DemoPage.class.getResourceAsStream("/web" + name)) {
            if (file == null || type == null) {
                answer(exchange, 404, "text/plain", "not found\n".getBytes(StandardCharsets.UTF_8));
            } else {
                answer(exchange, 200, type, file.readAllBytes());
            }
        }
    }

    private static void answer(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    /** Every node with its own iceServers, and what it says of its allocations. */
    private String nodes() {
        DemoPlan plan = cluster.plan();
        return plan.nodes()
            .parallelStream()
            .map(this::node)
            .collect(Collectors.joining(",\n", "{\"iceServers\":" + plan.iceServers(plan.shared()) + ",\"nodes\":[\n",
                "\n]}\n"));
    }

    private String node(DemoPlan.NodePlan node) {
        String allocations = cluster.read(node, "/v1/allocations?limit=" + ALLOCATIONS_MAX).orElse("null");
        return "{\"name\":\"%s\",\"address\":\"%s\",\"cluster\":\"%s\",\"admin\":\"http://%s/\",\"ready\":%b,\"iceServers\":%s,"
            .formatted(node.name(), node.own(), node.cluster(), node.admin(), cluster.isReady(node),
                cluster.plan().iceServers(node.own()))
            + "\"allocations\":" + allocations + "}";
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
