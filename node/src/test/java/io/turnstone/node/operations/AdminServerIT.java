package io.turnstone.node.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnstone.config.HostPort;
import io.turnstone.config.Secret;
import io.turnstone.config.Settings;
import io.turnstone.node.fib.DropReason;
import io.turnstone.node.session.CallState;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AdminServerIT {
    private final Views views = new Views();
    private final HttpClient http = HttpClient.newHttpClient();
    private AdminServer server;

    @BeforeEach
    void start() {
        server = AdminServer.start(new Settings.Admin(new HostPort("127.0.0.1", 0), Optional.empty()), views, () -> {},
            () -> 0);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void shouldTellHealthAndReadinessWithReasons() throws IOException, InterruptedException {
        assertThat(get("/health").statusCode()).isEqualTo(200);
        assertThat(get("/ready").body()).isEqualTo("{\"ready\":true,\"reasons\":[]}\n");

        views.notReady.add("routes of \"node-2\" not complete");

        assertThat(get("/ready").statusCode()).isEqualTo(503);
        assertThat(get("/ready").body()).contains("\"ready\":false", "routes of \\\"node-2\\\" not complete");
        assertThat(get("/health").statusCode()).isEqualTo(200);
    }

    @Test
    void shouldAnswerProbesThatOnlyWantTheStatus() throws IOException, InterruptedException {
        HttpRequest head = request("/ready").method("HEAD", HttpRequest.BodyPublishers.noBody()).build();
        assertThat(http.send(head, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        views.notReady.add("draining");
        HttpResponse<String> draining = http.send(head, HttpResponse.BodyHandlers.ofString());
        assertThat(draining.statusCode()).isEqualTo(503);
        assertThat(draining.body()).isEmpty();
    }

    @Test
    void shouldWritePrometheusText() throws IOException, InterruptedException {
        HttpResponse<String> metrics = get("/metrics");

        assertThat(metrics.headers().firstValue("Content-Type")).get()
            .asString()
            .startsWith("text/plain; version=0.0.4");
        assertThat(metrics.body()).contains(
            "# HELP turnstone_dropped_packets_total Packets not forwarded, by reason.\n",
            "# TYPE turnstone_dropped_packets_total counter\n",
            "turnstone_dropped_packets_total{reason=\"no_permission\"} 2.0\n",
            "turnstone_allocations 3.0\n",
            "turnstone_heap_used_bytes ", "turnstone_heap_after_collection_bytes ");
    }

    @Test
    void shouldStreamWhatBecomesOfCalls() throws IOException, InterruptedException {
        HttpResponse<Stream<String>> watching = http.send(request("/v1/calls/events").build(),
            HttpResponse.BodyHandlers.ofLines());
        assertThat(watching.headers().firstValue("Content-Type")).contains("text/event-stream");
        Iterator<String> lines = watching.body().iterator();
        assertThat(List.of(lines.next(), lines.next())).containsExactly(":", "");

        server.callEvents().changed("a84b@host", CallState.NONE);

        assertThat(lines.next()).isEqualTo("event: invited");
        assertThat(lines.next()).startsWith("data: {\"callId\":\"a84b@host\",");
        assertThat(lines.next()).isEmpty();
        server.callEvents().close();
        assertThat(lines.hasNext()).isFalse();
    }

    @Test
    void shouldBeginNoStreamOfCallsForAProbe() throws IOException, InterruptedException {
        HttpRequest head = request("/v1/calls/events").method("HEAD", HttpRequest.BodyPublishers.noBody()).build();

        assertThat(http.send(head, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        HttpRequest post = request("/v1/calls/events").POST(HttpRequest.BodyPublishers.noBody()).build();
        assertThat(http.send(post, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    }

    @Test
    void shouldAnswerInJsonWhenARequestIsWrong() throws IOException, InterruptedException {
        assertThat(get("/nowhere").statusCode()).isEqualTo(404);
        assertThat(get("/nowhere").body()).contains("\"error\":").contains("/v1/allocations");
        assertThat(get("/v1/allocations?limit=0").body()).contains("limit").contains("1 to 1000");

        HttpRequest post = request("/metrics").POST(HttpRequest.BodyPublishers.noBody()).build();
        HttpResponse<String> refused = http.send(post, HttpResponse.BodyHandlers.ofString());

        assertThat(refused.statusCode()).isEqualTo(405);
        assertThat(refused.headers().firstValue("Allow")).contains("GET, HEAD");
    }

    @Test
    void shouldKeepServingWhenAViewFails() throws IOException, InterruptedException {
        views.allocationsFail = true;

        assertThat(get("/v1/allocations").statusCode()).isEqualTo(500);
        assertThat(get("/health").statusCode()).isEqualTo(200);
    }

    @Test
    void shouldSayInOneLineWhenTheAddressIsTaken() {
        HostPort taken = new HostPort("127.0.0.1", server.address().getPort());

        assertThatThrownBy(
            () -> AdminServer.start(new Settings.Admin(taken, Optional.of(new Secret("t"))), views, () -> {}, () -> 0))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageStartingWith("turnstone.admin.address = \"" + taken + "\"");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.address().getPort() + path));
    }

    private static final class Views implements NodeViews {
        private final List<String> notReady = new ArrayList<>();
        private boolean allocationsFail;

        @Override
        public List<String> failures() {
            return List.of();
        }

        @Override
        public List<String> notReady() {
            return List.copyOf(notReady);
        }

        @Override
        public CompletionStage<List<AllocationView>> allocations(Predicate<String> account, long after, int limit) {
            return allocationsFail
                ? CompletableFuture.failedFuture(new IllegalStateException("closed"))
                : CompletableFuture.completedFuture(List.of());
        }

        @Override
        public CompletionStage<List<CallView>> calls(int limit) {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public String nodeName(long incarnation) {
            return "node" + incarnation;
        }

        @Override
        public void collect(MetricSink sink) {
            sink.gauge("allocations", "Allocations owned by this node.", 3);
            sink.countersBy("reason", "dropped_packets", "Packets not forwarded, by reason.", DropReason.values(),
                DropReason::ordinal);
        }
    }
}
