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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Serves the call page and {@code /nodes} on 127.0.0.1, whose answers hold the demo's password, and lets that page kill
 * nodes of the demo and start them again. Threads of its own.
 */
final class DemoPage implements AutoCloseable {
    private static final Map<String, String> TYPES = Map.of(
        "html", "text/html; charset=utf-8", "css", "text/css; charset=utf-8", "js", "text/javascript; charset=utf-8",
        "svg", "image/svg+xml");
    private static final Pattern FILE = Pattern.compile("/([a-z]+)\\.([a-z]+)");
    private static final Pattern ACTION = Pattern.compile("/nodes/([^/]+)/(kill|start)");
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
            if (!isForThisMachine(exchange)) {
                answer(exchange, 403, "ask for 127.0.0.1 or localhost");
                return;
            }
            String path = exchange.getRequestURI().getPath();
            switch (exchange.getRequestMethod()) {
                case "GET" -> get(exchange, path);
                case "POST" -> post(exchange, path);
                default -> answer(exchange, 405, "GET or POST only");
            }
        }
    }

    private void get(HttpExchange exchange, String path) throws IOException {
        if ("/nodes".equals(path)) {
            answer(exchange, 200, JSON, nodes().getBytes(StandardCharsets.UTF_8));
        } else {
            answerFile(exchange, path);
        }
    }

    /** {@code /nodes/NAME/kill} and {@code /nodes/NAME/start}, from the page itself and from nowhere else. */
    private void post(HttpExchange exchange, String path) throws IOException {
        Matcher action = ACTION.matcher(path);
        Optional<DemoPlan.NodePlan> node = action.matches() ? cluster.plan().node(action.group(1)) : Optional.empty();
        if (!isFromThisPage(exchange)) {
            answer(exchange, 403, "only this page may ask for it: Origin must be http://"
                + exchange.getRequestHeaders().getFirst("Host"));
        } else if (node.isEmpty()) {
            answer(exchange, 404, "POST /nodes/NAME/kill or /nodes/NAME/start, NAME as in /nodes");
        } else {
            boolean kill = "kill".equals(action.group(2));
            boolean done = kill ? cluster.kill(node.get()) : cluster.restart(node.get());
            answer(exchange, done ? 200 : 409, node.get().name()
                + (done ? kill ? " is killed" : " starts" : kill ? " does not run" : " runs, or is not to"));
        }
    }

    /** A page of another origin that points its own name at 127.0.0.1 must not read the password. */
    private static boolean isForThisMachine(HttpExchange exchange) {
        String host = host(exchange);
        return host.startsWith("127.0.0.1:") || host.startsWith("localhost:");
    }

    /** A page of another origin can make a browser post, but cannot make it lie about the origin. */
    private static boolean isFromThisPage(HttpExchange exchange) {
        return ("http://" + host(exchange)).equals(exchange.getRequestHeaders().getFirst("Origin"));
    }

    private static String host(HttpExchange exchange) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst("Host")).orElse("");
    }

    private static void answerFile(HttpExchange exchange, String path) throws IOException {
        Matcher name = FILE.matcher("/".equals(path) ? "/demo.html" : path);
        String type = name.matches() ? TYPES.get(name.group(2)) : null;
        try (InputStream file = type == null ? null : DemoPage.class.getResourceAsStream("/web" + name.group())) {
            if (file == null || type == null) {
                answer(exchange, 404, "not found");
            } else {
                answer(exchange, 200, type, file.readAllBytes());
            }
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        answer(exchange, status, "text/plain", (text + "\n").getBytes(StandardCharsets.UTF_8));
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
        return "{\"name\":\"%s\",\"address\":\"%s\",\"cluster\":\"%s\",\"admin\":\"http://%s/\","
            .formatted(node.name(), node.own(), node.cluster(), node.admin())
            + "\"running\":%b,\"ready\":%b,\"relayPorts\":[%d,%d],\"iceServers\":%s,"
                .formatted(cluster.isRunning(node), cluster.isReady(node), node.relayPorts().first(),
                    node.relayPorts().last(), cluster.plan().iceServers(node.own()))
            + "\"allocations\":" + allocations + "}";
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
