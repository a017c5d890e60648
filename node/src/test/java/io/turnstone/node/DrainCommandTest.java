package io.turnstone.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

@Timeout(30)
class DrainCommandTest {
    private static final String REASON = "{\"error\":\"needs the bearer token\"}";

    private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    private final StringWriter errors = new StringWriter();
    private HttpServer node;

    @BeforeEach
    void startNode() throws IOException {
        node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        node.createContext("/", this::answer);
        node.start();
    }

    @AfterEach
    void stopNode() {
        node.stop(0);
    }

    @Test
    void shouldPostWithTheToken() throws InterruptedException {
        assertThat(drain("--admin", address(), "--admin-token", "right")).isZero();

        assertThat(requests.poll(1, TimeUnit.SECONDS)).isEqualTo("POST /v1/drain Bearer right");
    }

    @Test
    void shouldSayWhatTheNodeAnsweredWhenItRefuses() {
        assertThat(drain("--admin", address(), "--admin-token", "wrong")).isEqualTo(CommandLine.ExitCode.SOFTWARE);

        assertThat(errors.toString()).contains(address(), "401", REASON);
    }

    @Test
    void shouldNameTheFlagWhenItsValueIsNoAddress() {
        assertThat(drain("--admin", "nine")).isEqualTo(CommandLine.ExitCode.USAGE);

        assertThat(errors.toString()).contains("--admin", "nine", "HOST:PORT");
    }

    private String address() {
        return "127.0.0.1:" + node.getAddress().getPort();
    }

    private int drain(String... flags) {
        String[] arguments = new String[flags.length + 1];
        arguments[0] = "drain";
        System.arraycopy(flags, 0, arguments, 1, flags.length);
        return Main.commandLine().setErr(new PrintWriter(errors)).execute(arguments);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + authorization);
        boolean allowed = "Bearer right".equals(authorization);
        byte[] body = REASON.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(allowed ? 202 : 401, allowed ? -1 : body.length);
        if (!allowed) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }
}
