package io.turnstone.loadtest.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import io.turnstone.loadtest.client.Loopback;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The web server that a page of phones is loaded from, and that it asks for what to do: so it works the same in every
 * browser. One thread orders, the server's own serve.
 */
final class PhoneSite implements AutoCloseable {
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final long POLL_SECONDS = 5;
    private static final long ANSWER_SECONDS = 40;
    private static final String DONE = "done ";

    private final SynchronousQueue<String> orders = new SynchronousQueue<>();
    private final SynchronousQueue<String> results = new SynchronousQueue<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    /** @param libraries what npm has installed */
    PhoneSite(Path libraries) {
        try {
            server = HttpServer.create(Loopback.ipv4(0), 0);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        server.createContext("/", SimpleFileServer.createFileHandler(pageFiles()));
        server.createContext("/modules/", SimpleFileServer.createFileHandler(libraries));
        server.createContext("/orders", exchange -> respond(exchange, poll(orders, POLL_SECONDS)));
        server.createContext("/results", this::onResult);
        server.setExecutor(threads);
        server.start();
    }

    private static Path pageFiles() {
        try {
            URL index = Objects.requireNonNull(PhoneSite.class.getResource("phones/index.html"), "phones");
            return Objects.requireNonNull(Path.of(index.toURI()).getParent());
        } catch (URISyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    /**
     * Has the page do something.
     *
     * @param order JSON
     * @return what it says when that is done; an error of the page fails the test
     */
    String perform(String order) {
        if (!offer(orders, order, ANSWER_SECONDS)) {
            throw new AssertionError("the page does not ask for orders: " + order);
        }
        String result = poll(results, ANSWER_SECONDS);
        if (result == null || !result.startsWith(DONE)) {
            throw new AssertionError(order + ": " + result);
        }
        return result.substring(DONE.length());
    }

    private void onResult(HttpExchange exchange) throws IOException {
        String result = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        offer(results, result, POLL_SECONDS);
        respond(exchange, null);
    }

    private static void respond(HttpExchange exchange, @Nullable String text) throws IOException {
        try (exchange) {
            byte[] octets = text == null ? new byte[0] : text.getBytes(UTF_8);
            exchange.sendResponseHeaders(text == null ? NO_CONTENT : OK, text == null ? -1 : octets.length);
            exchange.getResponseBody().write(octets);
        }
    }

    private static @Nullable String poll(SynchronousQueue<String> queue, long seconds) {
        try {
            return queue.poll(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private static boolean offer(SynchronousQueue<String> queue, String text, long seconds) {
        try {
            return queue.offer(text, seconds, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
