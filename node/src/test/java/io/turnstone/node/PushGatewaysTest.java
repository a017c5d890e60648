package io.turnstone.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.turnstone.config.PushGateway;
import io.turnstone.node.signaling.PushNotification;
import io.turnstone.node.signaling.PushNotification.Reason;
import io.turnstone.node.signaling.PushResource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PushGatewaysTest {
    private static final PushNotification CALL = new PushNotification(new PushResource("fcm", "token\"1", "project"),
        "bob@example.com", Reason.CALL, 20);
    private static final int TAKEN_MAX = 32 + 1_000;

    private final BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
    private final Queue<Integer> answers = new ArrayDeque<>();
    private final BlockingQueue<PushNotification> unknown = new LinkedBlockingQueue<>();
    private final CountDownLatch answering = new CountDownLatch(1);
    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final PushGateways gateways;

    PushGatewaysTest() throws IOException {
        server.createContext("/", exchange -> {
            bodies.add(exchange.getRequestMethod() + " " + new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            if (exchange.getRequestURI().getPath().equals("/slow")) {
                awaitAnswering();
            }
            Integer status;
            synchronized (answers) {
                status = answers.poll();
            }
            exchange.sendResponseHeaders(status == null ? 204 : status, -1);
            exchange.close();
        });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        gateways = Objects.requireNonNull(PushGateways.open(List.of(gateway("fcm", "/fcm"), gateway("slow", "/slow"))));
        gateways.onUnknown(unknown::add);
    }

    private void awaitAnswering() {
        try {
            assertThat(answering.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private PushGateway gateway(String provider, String path) {
        return PushGateway
            .parse(provider + "=http://127.0.0.1:" + server.getAddress().getPort() + path + "?key=secret");
    }

    @AfterEach
    void close() {
        answering.countDown();
        gateways.close();
        server.stop(0);
    }

    private void awaitCount(PushCounter counter, long count) {
        await().atMost(20, TimeUnit.SECONDS)
            .untilAsserted(() -> assertThat(gateways.count(counter)).isEqualTo(count));
    }

    @Test
    void shouldPostWhatIsToBeSent() throws InterruptedException {
        assertThat(gateways.ask(CALL)).isTrue();

        assertThat(bodies.poll(20, TimeUnit.SECONDS)).isEqualTo(
            "POST {\"provider\":\"fcm\",\"prid\":\"token\\\"1\",\"param\":\"project\",\"user\":\"bob@example.com\","
                + "\"reason\":\"call\",\"expires\":20}");
        awaitCount(PushCounter.DELIVERED, 1);
    }

    @Test
    void shouldTryOnceMoreWhenTheGatewayFails() {
        answers.addAll(List.of(503, 200));
        gateways.ask(CALL);
        awaitCount(PushCounter.DELIVERED, 1);
        assertThat(gateways.count(PushCounter.REPEATED)).isOne();

        answers.addAll(List.of(500, 429));
        gateways.ask(CALL);
        awaitCount(PushCounter.FAILED, 1);
        assertThat(bodies).hasSize(4);
    }

    @Test
    void shouldTellWhomTheServiceDoesNotKnowAnyMore() throws InterruptedException {
        answers.add(410);
        gateways.ask(CALL);
        assertThat(unknown.poll(20, TimeUnit.SECONDS)).isEqualTo(CALL);
        assertThat(gateways.count(PushCounter.UNKNOWN)).isOne();
        assertThat(bodies).hasSize(1);
    }

    @Test
    void shouldNotRepeatWhatTheGatewayRefuses() {
        answers.add(404);
        gateways.ask(CALL);
        awaitCount(PushCounter.REFUSED, 1);
        assertThat(bodies).hasSize(1);
        assertThat(unknown).isEmpty();
    }

    @Test
    void shouldDropWhatIsTooMuchWithoutWaiting() {
        PushNotification slow = new PushNotification(new PushResource("slow", "t", ""), "b@x", Reason.MESSAGE, 16);
        int taken = 0;
        while (gateways.ask(slow)) {
            taken++;
            assertThat(taken).isLessThanOrEqualTo(TAKEN_MAX);
        }
        assertThat(taken).isEqualTo(TAKEN_MAX);
        assertThat(gateways.count(PushCounter.OVERFLOWED)).isOne();
    }

    @Test
    void shouldAskNobodyForAServiceWithoutAGateway() {
        assertThat(gateways.ask(new PushNotification(new PushResource("apns", "t", ""), "b@x", Reason.CALL, 20)))
            .isFalse();
        assertThat(PushGateways.open(List.of())).isNull();
    }
}
