package io.turnstone.node.operations;

import io.turnstone.config.Secret;
import io.turnstone.node.auth.TurnUser;
import io.turnstone.protocol.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/** What the admin port answers, whatever carries it. Any thread. */
final class AdminApi {
    static final String DRAIN = "/v1/drain";
    /** A stream, which is begun by whoever carries the answers; here it is empty, as HEAD wants it. */
    static final String CALL_EVENTS = "/v1/calls/events";
    static final String EVENT_STREAM = "text/event-stream";

    private static final List<String> PATHS = List
        .of("/health", "/ready", "/metrics", "/v1/allocations", "/v1/calls", CALL_EVENTS, DRAIN);
    private static final String JSON = "application/json";
    private static final String BEARER = "Bearer ";
    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 1_000;

    private final NodeViews views;
    private final Drain drain;
    private final LongSupplier clockMs;
    private final boolean loopback;
    private final Optional<Secret> token;

    /**
     * @param loopback whether only this machine can ask: then writing needs no token
     * @param token without one, nothing can be written from other machines
     */
    AdminApi(NodeViews views, Drain drain, LongSupplier clockMs, boolean loopback, Optional<Secret> token) {
        this.views = views;
        this.drain = drain;
        this.clockMs = clockMs;
        this.loopback = loopback;
        this.token = token;
    }

    /** @param authorization the header of that name, or empty */
    record Request(String method, String path, Map<String, String> query, String authorization) {}

    record Response(int status, String contentType, String body) {
        static Response json(int status, String body) {
            return new Response(status, JSON, body + "\n");
        }

        static Response error(int status, String sentence) {
            return json(status, new JsonWriter().object().put("error", sentence).endObject().toString());
        }
    }

    CompletionStage<Response> answer(Request request) {
        boolean reads = request.method.equals("GET") || request.method.equals("HEAD");
        if (!PATHS.contains(request.path)) {
            return now(Response.error(404, "there is " + String.join(", ", PATHS)));
        }
        if (!reads && !mayWrite(request)) {
            return now(Response.error(token.isEmpty() ? 403 : 401,
                "changing something from another machine needs the bearer token of turnstone.admin.token"));
        }
        if (request.path.equals(DRAIN)) {
            return now(reads ? Response.error(405, DRAIN + " is asked for by POST only") : drain());
        }
        if (!reads) {
            return now(Response.error(405, request.path + " can be read by GET only"));
        }
        return switch (request.path) {
            case "/health" -> now(status("alive", views.failures()));
            case "/ready" -> now(status("ready", views.notReady()));
            case "/metrics" -> now(metrics());
            case "/v1/calls" -> calls(request.query);
            case CALL_EVENTS -> now(new Response(200, EVENT_STREAM, ""));
            default -> allocations(request.query);
        };
    }

    private Response drain() {
        drain.begin();
        return Response.json(202, new JsonWriter().object().put("draining", true).endObject().toString());
    }

    private boolean mayWrite(Request request) {
        return loopback || token.map(secret -> isBearer(secret, request.authorization)).orElse(false);
    }

    private static boolean isBearer(Secret token, String authorization) {
        byte[] expected = (BEARER + token.value()).getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(expected, authorization.getBytes(StandardCharsets.UTF_8));
    }

    private static Response status(String name, List<String> reasons) {
        String body = new JsonWriter().object()
            .put(name, reasons.isEmpty())
            .put("reasons", reasons)
            .endObject()
            .toString();
        return Response.json(reasons.isEmpty() ? 200 : 503, body);
    }

    private Response metrics() {
        PrometheusText text = new PrometheusText();
        views.collect(text);
        JvmMetrics.collect(text);
        return new Response(200, PrometheusText.CONTENT_TYPE, text.write());
    }

    private CompletionStage<Response> calls(Map<String, String> query) {
        int limit = limit(query);
        return limit == 0
            ? now(badLimit(query))
            : views.calls(limit).thenApply(page -> Response.json(200, CallJson.page(page, views::nodeName)));
    }

    /** 0 if it is not valid. */
    private static int limit(Map<String, String> query) {
        try {
            int limit = Integer.parseInt(query.getOrDefault("limit", String.valueOf(LIMIT_DEFAULT)));
            return limit > LIMIT_MAX ? 0 : Math.max(limit, 0);
        } catch (NumberFormatException notANumber) {
            return 0;
        }
    }

    private static Response badLimit(Map<String, String> query) {
        return Response.error(
            400, "limit = \"" + query.get("limit") + "\" is not valid; allowed: 1 to " + LIMIT_MAX);
    }

    private CompletionStage<Response> allocations(Map<String, String> query) {
        String afterText = query.getOrDefault("after", "0");
        int limit = limit(query);
        long after;
        if (limit == 0) {
            return now(badLimit(query));
        }
        try {
            after = Long.parseUnsignedLong(afterText, 16);
        } catch (NumberFormatException notAnId) {
            return now(
                Response.error(400, "after = \"" + afterText + "\" is not valid; allowed: an id, in hexadecimal"));
        }
        String callId = query.get("call");
        Predicate<String> account = callId == null ? _ -> true : TurnUser.ofCall(callId);
        return views.allocations(account, after, limit)
            .thenApply(page -> Response.json(200, AllocationJson.page(page, limit, clockMs.getAsLong())));
    }

    private static CompletionStage<Response> now(Response response) {
        return CompletableFuture.completedFuture(response);
    }
}
