package io.turnstone.loadtest.system;

import io.turnstone.protocol.json.JsonObject;
import io.turnstone.protocol.json.JsonWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A plain WebSocket client in a room, as the JDK has one. One thread. */
final class RoomSocket implements AutoCloseable {
    private static final long ANSWER_SECONDS_MAX = 30;

    private final HttpClient http;
    private final WebSocket socket;
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private final Deque<String> unexpected = new ArrayDeque<>();

    private RoomSocket(int port, boolean offersSubprotocol) {
        http = HttpClient.newHttpClient();
        WebSocket.Builder builder = http.newWebSocketBuilder();
        if (offersSubprotocol) {
            builder.subprotocols("turnstone.rooms.v1");
        }
        try {
            socket = builder.buildAsync(URI.create("ws://127.0.0.1:" + port + "/v1/rooms"), new Listener())
                .orTimeout(ANSWER_SECONDS_MAX, TimeUnit.SECONDS)
                .join();
        } catch (RuntimeException failed) {
            http.shutdownNow();
            throw failed;
        }
    }

    static RoomSocket connect(int port) {
        return new RoomSocket(port, true);
    }

    static RoomSocket connectWithoutSubprotocol(int port) {
        return new RoomSocket(port, false);
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                received.add(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            ended.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            ended.complete(-1);
        }
    }

    String subprotocol() {
        return socket.getSubprotocol();
    }

    RoomSocket say(String text) {
        socket.sendText(text, true).orTimeout(ANSWER_SECONDS_MAX, TimeUnit.SECONDS).join();
        return this;
    }

    RoomSocket join(String room, String name, String username, String credential) {
        return say(
            new JsonWriter().object()
                .put("type", "join")
                .put("room", room)
                .put("name", name)
                .put("username", username)
                .put("credential", credential)
                .endObject()
                .toString());
    }

    RoomSocket resume(String room, String secret) {
        return say(
            new JsonWriter().object()
                .put("type", "join")
                .put("room", room)
                .put("resume", secret)
                .endObject()
                .toString());
    }

    RoomSocket tell(String id, String text) {
        return say(
            new JsonWriter().object().put("type", "message").put("to", id).put("text", text).endObject().toString());
    }

    /** The text of the next message of that type; what comes before it is kept for later. */
    String expectText(String type) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(ANSWER_SECONDS_MAX);
        for (String kept : unexpected) {
            if (isOf(kept, type)) {
                unexpected.remove(kept);
                return kept;
            }
        }
        while (true) {
            String next = poll(deadlineNs - System.nanoTime());
            if (next == null) {
                throw new AssertionError("no " + type + " but " + unexpected);
            }
            if (isOf(next, type)) {
                return next;
            }
            unexpected.add(next);
        }
    }

    private @Nullable String poll(long waitNs) {
        try {
            return received.poll(waitNs, TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    private static boolean isOf(String text, String type) {
        return type.equals(parse(text).text("type"));
    }

    private static JsonObject parse(String text) {
        return Objects.requireNonNull(JsonObject.parse(text), text);
    }

    JsonObject expect(String type) {
        return parse(expectText(type));
    }

    String expectError() {
        return Objects.requireNonNull(expect("error").text("code"));
    }

    /** Whether a message of that type has come that nobody expected, so far. */
    boolean hasReceived(String type) {
        received.drainTo(unexpected);
        return unexpected.stream().anyMatch(text -> isOf(text, type));
    }

    /** Waits until the server or the network has ended it; the code of its Close frame. */
    int awaitEnd() {
        return ended.orTimeout(ANSWER_SECONDS_MAX, TimeUnit.SECONDS).join();
    }

    /** Ends it as a lost network does. */
    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
    }
}
