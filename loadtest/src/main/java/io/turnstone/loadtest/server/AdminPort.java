package io.turnstone.loadtest.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.stream.Stream;

/** The HTTP port of a Turnstone node on this machine. Any thread. */
public final class AdminPort {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final int port;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

    public AdminPort(int port) {
        this.port = port;
    }

    public int port() {
        return port;
    }

    /** The HTTP status of a GET, or 0 where nobody answers. */
    public int status(String path) {
        try {
            return get(path).statusCode();
        } catch (IOException notListening) {
            return 0;
        }
    }

    public String body(String path) throws IOException {
        return get(path).body();
    }

    /** What comes line by line, as long as the node or the caller does not close it; each waits for the next. */
    public Stream<String> lines(String path) throws IOException {
        return send(request(path), HttpResponse.BodyHandlers.ofLines()).body();
    }

    /** The HTTP status of a POST without a body. */
    public int post(String path) throws IOException {
        return send(request(path).POST(HttpRequest.BodyPublishers.noBody())).statusCode();
    }

    public Metrics metrics() {
        try {
            return Metrics.parse(body("/metrics"));
        } catch (IOException failed) {
            throw new IllegalStateException("no metrics at admin port " + port, failed);
        }
    }

    private HttpResponse<String> get(String path) throws IOException {
        return send(request(path));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(TIMEOUT);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        return send(request, HttpResponse.BodyHandlers.ofString());
    }

    private <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body)
        throws IOException {
        try {
            return http.send(request.build(), body);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }
}
