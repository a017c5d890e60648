package io.turnstone.node.operations;

import com.typesafe.config.ConfigFactory;
import io.turnstone.config.Settings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.Allow;
import org.apache.pekko.http.javadsl.model.headers.CacheControl;
import org.apache.pekko.http.javadsl.model.headers.CacheDirectives;
import org.apache.pekko.japi.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin port: {@link AdminApi} over HTTP, on a small ActorSystem of its own that outlives the cluster's. Started and
 * closed by one thread, answers on its own.
 */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final ContentType EVENT_STREAM = ContentTypes.parse(AdminApi.EVENT_STREAM);
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final Duration START_WITHIN = Duration.ofSeconds(10);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);

    private final ActorSystem system;
    private final ServerBinding binding;
    private final CallEvents events;

    private AdminServer(ActorSystem system, ServerBinding binding, CallEvents events) {
        this.system = system;
        this.binding = binding;
        this.events = events;
    }

    /**
     * Returns when the port is open.
     *
     * @param clockMs epoch milliseconds
     * @throws IllegalStateException in one line, when it cannot be opened
     */
    public static AdminServer start(Settings.Admin settings, NodeViews views, Drain drain, LongSupplier clockMs) {
        ActorSystem system = ActorSystem.create("admin", ConfigFactory.load("admin"));
        try {
            AdminApi api = new AdminApi(views, drain, clockMs, isLoopback(settings.address().host()), settings.token());
            CallEvents events = new CallEvents(views::nodeName);
            Function<HttpRequest, CompletionStage<HttpResponse>> answers = request -> isWatching(request)
                ? watch(system, events, request)
                : answer(system, api, request);
            ServerBinding binding = Http.get(system)
                .newServerAt(settings.address().host(), settings.address().port())
                .bind(answers)
                .toCompletableFuture()
                .orTimeout(START_WITHIN.toSeconds(), TimeUnit.SECONDS)
                .join();
            return new AdminServer(system, binding, events);
        } catch (CompletionException refused) {
            system.terminate();
            throw new IllegalStateException(
                "turnstone.admin.address = \"" + settings.address() + "\" cannot be opened: "
                    + Objects.requireNonNullElse(refused.getCause(), refused).getMessage(),
                refused);
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return false;
        }
    }

    /**
     * Begins to write call records, on this server's ActorSystem: they are closed before it.
     *
     * @param names of nodes, by incarnation
     * @throws IllegalStateException in one line, when the file cannot be written to
     */
    public CallRecords callRecords(Path file, LongFunction<String> names) {
        return CallRecords.open(file, names, system);
    }

    /** Where those are told of calls who watch them at this server. */
    public CallEvents callEvents() {
        return events;
    }

    public InetSocketAddress address() {
        return binding.localAddress();
    }

    private static boolean isWatching(HttpRequest request) {
        return request.method().equals(HttpMethods.GET) && request.getUri().path().equals(AdminApi.CALL_EVENTS);
    }

    private static CompletionStage<HttpResponse> watch(ActorSystem system, CallEvents events, HttpRequest request) {
        request.discardEntityBytes(system);
        HttpResponse answer = events.watch()
            .map(stream -> HttpResponse.create().withEntity(HttpEntities.createChunked(EVENT_STREAM, stream)))
            .orElseGet(() -> response(
                AdminApi.Response.error(503, "calls are watched by " + CallEvents.WATCHERS_MAX + " already"),
                AdminApi.CALL_EVENTS));
        return CompletableFuture.completedFuture(answer.addHeader(CacheControl.create(CacheDirectives.NO_CACHE)));
    }

    private static CompletionStage<HttpResponse> answer(ActorSystem system, AdminApi api, HttpRequest request) {
        request.discardEntityBytes(system);
        String authorization = request.getHeader("Authorization").map(HttpHeader::value).orElse("");
        AdminApi.Request asked = new AdminApi.Request(request.method().name(), request.getUri().path(),
            request.getUri().query().toMap(), authorization);
        return api.answer(asked).thenApply(answer -> response(answer, asked.path())).exceptionally(failure -> {
            LOG.warn("{} {} could not be answered", asked.method(), asked.path(), failure);
            return response(AdminApi.Response.error(500, "the node could not answer; its log says why"), asked.path());
        });
    }

    private static HttpResponse response(AdminApi.Response response, String path) {
        HttpResponse answer = HttpResponse.create()
            .withStatus(response.status())
            .withEntity(HttpEntities.create(ContentTypes.parse(response.contentType()),
                response.body().getBytes(StandardCharsets.UTF_8)));
        if (response.status() != METHOD_NOT_ALLOWED) {
            return answer;
        }
        return answer.addHeader(
            path.equals(AdminApi.DRAIN)
                ? Allow.create(HttpMethods.POST)
                : Allow.create(HttpMethods.GET, HttpMethods.HEAD));
    }

    /** Stops listening, ends streams, lets running answers end, stops the ActorSystem. */
    @Override
    public void close() {
        events.close();
        try {
            binding.terminate(CLOSE_WITHIN).thenCompose(terminated -> {
                system.terminate();
                return system.getWhenTerminated();
            }).toCompletableFuture().orTimeout(2 * CLOSE_WITHIN.toSeconds(), TimeUnit.SECONDS).join();
        } catch (CompletionException late) {
            LOG.warn("the admin port did not close in time", late);
        }
    }
}
