package io.turnstone.node.doors;

import com.typesafe.config.ConfigFactory;
import io.turnstone.node.auth.CredentialIssuer;
import io.turnstone.node.service.Counters;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.japi.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The doors over HTTP, on a small ActorSystem of their own. Started and closed by one thread, answers on its own. What a
 * body may have at most is in {@code doors.conf}.
 */
public final class DoorServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DoorServer.class);
    private static final int CONTENT_TOO_LARGE = 413;
    private static final int BAD_REQUEST = 400;
    private static final Duration START_WITHIN = Duration.ofSeconds(10);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);
    private static final long BODY_WITHIN_MS = 5_000;

    private final ActorSystem system;
    private final List<ServerBinding> bindings = new ArrayList<>();
    private final Doors doors;
    private final LongSupplier clockMs;

    private DoorServer(Doors doors, LongSupplier clockMs) {
        this.system = ActorSystem.create("doors", ConfigFactory.load("doors"));
        this.doors = doors;
        this.clockMs = clockMs;
    }

    /**
     * Returns when all addresses are open.
     *
     * @param clockMs epoch milliseconds; any thread asks
     * @param random safe for any thread
     * @throws IllegalStateException in one line, when one cannot be opened
     */
    public static DoorServer start(List<InetSocketAddress> addresses, DoorSettings settings, CredentialIssuer issuer,
        LongSupplier clockMs, RandomGenerator random) {
        DoorServer server = new DoorServer(new Doors(settings, issuer, random), clockMs);
        try {
            addresses.forEach(server::listen);
            return server;
        } catch (RuntimeException failed) {
            server.close();
            throw failed;
        }
    }

    private void listen(InetSocketAddress address) {
        Function<HttpRequest, CompletionStage<HttpResponse>> answers = this::answer;
        try {
            bindings.add(
                Http.get(system)
                    .newServerAt(address.getAddress().getHostAddress(), address.getPort())
                    .bind(answers)
                    .toCompletableFuture()
                    .orTimeout(START_WITHIN.toSeconds(), TimeUnit.SECONDS)
                    .join());
        } catch (CompletionException refused) {
            throw new IllegalStateException("turnstone.doors.listen-http: cannot listen on "
                + address.getAddress().getHostAddress() + ":" + address.getPort() + ": "
                + Objects.requireNonNullElse(refused.getCause(), refused).getMessage(), refused);
        }
    }

    /** Where it listens, in the order of the addresses that were asked for. */
    public List<InetSocketAddress> addresses() {
        return bindings.stream().map(ServerBinding::localAddress).toList();
    }

    /** Any thread. */
    public Counters<DoorCounter> counters() {
        return doors.counters();
    }

    private CompletionStage<HttpResponse> answer(HttpRequest request) {
        return request.entity()
            .toStrict(BODY_WITHIN_MS, system)
            .handle((entity, failure) -> response(
                failure == null ? doors.answer(read(request, entity), clockMs.getAsLong()) : unread(failure)));
    }

    private static DoorRequest read(HttpRequest request, HttpEntity.Strict entity) {
        String authorization = request.getHeader("Authorization").map(HttpHeader::value).orElse("");
        Map<String, String> query = request.getUri().query().toMap();
        String body = entity.getData().decodeString(StandardCharsets.UTF_8);
        return new DoorRequest(request.method().name(), request.getUri().path(), query, authorization, body);
    }

    /** The answer where the body is too long, or did not come. */
    private static DoorResponse unread(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
        Door door = new IceServersDoor();
        return cause instanceof EntityStreamSizeException
            ? door.refuse(CONTENT_TOO_LARGE, "the body is too long; allowed: 4096 octets")
            : door.refuse(BAD_REQUEST, "the body did not come whole");
    }

    private static HttpResponse response(DoorResponse response) {
        HttpResponse answer = HttpResponse.create()
            .withStatus(response.status())
            .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON,
                (response.body() + "\n").getBytes(StandardCharsets.UTF_8)))
            .addHeader(RawHeader.create("Cache-Control", "no-store"));
        for (Map.Entry<String, String> header : response.headers().entrySet()) {
            answer = answer.addHeader(RawHeader.create(header.getKey(), header.getValue()));
        }
        return answer;
    }

    /** Stops listening, lets running answers end, stops the ActorSystem. */
    @Override
    public void close() {
        CompletableFuture<?>[] ending = bindings.stream()
            .map(binding -> binding.terminate(CLOSE_WITHIN).toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(ending).thenCompose(terminated -> {
                system.terminate();
                return system.getWhenTerminated();
            }).orTimeout(2 * CLOSE_WITHIN.toSeconds(), TimeUnit.SECONDS).join();
        } catch (CompletionException late) {
            LOG.warn("the doors did not close in time", late);
        }
    }
}
