package io.turnstone.node;

import io.turnstone.config.PushGateway;
import io.turnstone.node.service.Counters;
import io.turnstone.node.signaling.PushNotification;
import io.turnstone.node.signaling.PushNotifier;
import io.turnstone.protocol.json.JsonWriter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands push notifications to who sends them, by HTTP POST with a JSON object (RFC 8599 §5.1). Asked by the signaling thread,
 * which does not wait: {@value #CONCURRENT_MAX} requests are on their way at most, {@value #WAITING_MAX} wait, one more is
 * dropped. Only 410 says that a user agent is not known any more: 404 is what a wrong URL gets. Neither URLs nor by what a
 * user agent is woken get into logs.
 */
final class PushGateways implements PushNotifier, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PushGateways.class);
    private static final int CONCURRENT_MAX = 32;
    private static final int WAITING_MAX = 1_000;
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(4);
    private static final long PAUSE_MS = 250;
    private static final int GONE = 410;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SUCCESS = 200;
    private static final int REDIRECTION = 300;
    private static final int SERVER_FAILURE = 500;

    private final Map<String, URI> urls;
    private final HttpClient http;
    private final ThreadPoolExecutor senders;
    private final Counters<PushCounter> counters = new Counters<>(PushCounter.class);
    private volatile Consumer<PushNotification> onUnknown = _ -> {};

    private PushGateways(List<PushGateway> gateways) {
        urls = gateways.stream().collect(Collectors.toUnmodifiableMap(PushGateway::provider, PushGateway::url));
        http = HttpClient.newBuilder().connectTimeout(ANSWER_WITHIN).build();
        senders = new ThreadPoolExecutor(CONCURRENT_MAX, CONCURRENT_MAX, 1, TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_MAX), Thread.ofVirtual().name("push-", 0).factory());
        senders.allowCoreThreadTimeOut(true);
    }

    /** Null if there are none. */
    static @Nullable PushGateways open(List<PushGateway> gateways) {
        return gateways.isEmpty() ? null : new PushGateways(gateways);
    }

    /** @param listener hears on any thread of notifications whose user agent the service does not know any more */
    void onUnknown(Consumer<PushNotification> listener) {
        onUnknown = listener;
    }

    @Override
    public boolean ask(PushNotification notification) {
        URI url = urls.get(notification.resource().provider());
        if (url == null) {
            return false;
        }
        try {
            senders.execute(() -> send(url, notification));
            return true;
        } catch (RejectedExecutionException full) {
            counters.add(PushCounter.OVERFLOWED);
            return false;
        }
    }

    private void send(URI url, PushNotification notification) {
        HttpRequest request = HttpRequest.newBuilder(url)
            .header("Content-Type", "application/json")
            .timeout(ANSWER_WITHIN)
            .POST(HttpRequest.BodyPublishers.ofString(json(notification)))
            .build();
        try {
            PushCounter outcome = send(request);
            if (outcome == PushCounter.FAILED) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
                counters.add(PushCounter.REPEATED);
                outcome = send(request);
            }
            counters.add(outcome);
            if (outcome == PushCounter.UNKNOWN) {
                onUnknown.accept(notification);
            }
            if (outcome != PushCounter.DELIVERED) {
                LOG.debug("The gateway of {} has not taken a push notification: {}",
                    notification.resource().provider(), outcome);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private PushCounter send(HttpRequest request) throws InterruptedException {
        try {
            int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status >= SUCCESS && status < REDIRECTION) {
                return PushCounter.DELIVERED;
            }
            if (status == GONE) {
                return PushCounter.UNKNOWN;
            }
            return status >= SERVER_FAILURE || status == TOO_MANY_REQUESTS ? PushCounter.FAILED : PushCounter.REFUSED;
        } catch (IOException unreachable) {
            return PushCounter.FAILED;
        }
    }

    private static String json(PushNotification notification) {
        return new JsonWriter().object()
            .put("provider", notification.resource().provider())
            .put("prid", notification.resource().id())
            .put("param", notification.resource().parameter())
            .put("user", notification.user())
            .put("reason", notification.reason().name().toLowerCase(Locale.ROOT))
            .put("expires", notification.expiresS())
            .endObject()
            .toString();
    }

    /** How often that has happened. Any thread. */
    long count(PushCounter counter) {
        return counters.get(counter);
    }

    /** What is on its way is given up. */
    @Override
    public void close() {
        senders.shutdownNow();
        http.shutdownNow();
    }
}
