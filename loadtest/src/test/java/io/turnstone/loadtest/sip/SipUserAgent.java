package io.turnstone.loadtest.sip;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.turnstone.loadtest.client.Pause;
import io.turnstone.loadtest.signaling.Digest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One user over a WebSocket (RFC 7118): registers and calls with digest (RFC 7616, by MD5 as browser libraries do), and
 * answers what comes. The test's thread; messages that arrive wait until {@link #expect}.
 */
public final class SipUserAgent implements AutoCloseable {
    private static final long ANSWER_SECONDS = 10;
    private static final long T1_MS = 500;
    private static final long ANSWER_MS_MAX = 8_000;
    private static final String CRLF = "\r\n";
    /** No two user agents have the same host, as browsers' are random, or one's requests would repeat another's. */
    private static final AtomicInteger CONNECTIONS = new AtomicInteger();

    private final Connection connection;
    private final Identity identity;
    private final String domain;
    private final String user;
    private final String password;
    private final String host;
    private final Deque<String> early = new ArrayDeque<>();
    private @Nullable String answer;
    private int number;

    private SipUserAgent(Connection connection, Identity identity, String host, int number) {
        this.connection = connection;
        this.identity = identity;
        this.domain = identity.domain();
        this.user = identity.user();
        this.password = identity.password();
        this.host = host;
        this.number = number;
    }

    /** Who it is. */
    public record Identity(String domain, String user, String password) {}

    /** Connects to a WebSocket of this machine. */
    public static SipUserAgent connect(int port, Identity identity) {
        String host = identity.user() + CONNECTIONS.incrementAndGet() + ".invalid";
        return new SipUserAgent(Connection.open(port), identity, host, 0);
    }

    /** The same user agent with another connection, as when it has lost this one, which it closes. */
    public SipUserAgent reconnect(int port) {
        close();
        return new SipUserAgent(Connection.open(port), identity, host, number);
    }

    private record Connection(HttpClient http, WebSocket socket, Listener listener) {
        static Connection open(int port) {
            HttpClient http = HttpClient.newHttpClient();
            Listener listener = new Listener();
            try {
                WebSocket socket = http.newWebSocketBuilder()
                    .subprotocols("sip")
                    .buildAsync(URI.create("ws://127.0.0.1:" + port + "/"), listener)
                    .join();
                return new Connection(http, socket, listener);
            } catch (RuntimeException refused) {
                http.shutdownNow();
                throw refused;
            }
        }
    }

    private static final class Listener implements WebSocket.Listener {
        private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
        private final CompletableFuture<Integer> closeCode = new CompletableFuture<>();
        private final StringBuilder parts = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            parts.append(data);
            if (last) {
                received.add(parts.toString());
                parts.setLength(0);
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
            closeCode.complete(statusCode);
            return null;
        }
    }

    public String subprotocol() {
        return connection.socket().getSubprotocol();
    }

    /** The code with which the server closes the connection, once it does. */
    public int closeCode() {
        return closed().orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS).join();
    }

    /** Completed with the code when the server closes the connection. */
    public CompletableFuture<Integer> closed() {
        return connection.listener().closeCode.copy();
    }

    public String addressOfRecord() {
        return "sip:" + user + "@" + domain;
    }

    /** Sends whatever it is. */
    public void sendText(String text) {
        connection.socket().sendText(text, true).join();
    }

    /** The next thing that arrives, as it is. */
    public String next() {
        return early.isEmpty() ? receive() : early.remove();
    }

    private String receive() {
        try {
            String text = connection.listener().received.poll(ANSWER_SECONDS, TimeUnit.SECONDS);
            if (text == null) {
                throw new AssertionError(user + " has heard nothing for " + ANSWER_SECONDS + " s");
            }
            return text;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /** The next message, which must be of that kind; 100 is passed over, and so is an answer to an INVITE that is repeated. */
    public SipText expect(String kind) {
        SipText message = new SipText(next());
        while (message.kind().startsWith("100 ") || message.text().equals(answer)) {
            message = new SipText(next());
        }
        if (message.kind().equals("200 INVITE")) {
            answer = message.text();
        }
        if (!message.kind().equals(kind)) {
            throw new AssertionError(user + " waits for " + kind + " and has got\n" + message.text());
        }
        return message;
    }

    /** Registers the contact for that many seconds; the final answer after a challenge. A call that comes before it waits. */
    public SipText register(int expiresS) {
        return register("", expiresS);
    }

    /** Registers the contact with more URI parameters, each with its semicolon. */
    public SipText register(String parameters, int expiresS) {
        String lines = "Contact: <" + contact() + parameters + ">;expires=" + expiresS + CRLF;
        String uri = "sip:" + domain;
        String callId = "register@" + host;
        sendText(request("REGISTER", uri, addressOfRecord(), callId, lines, ""));
        SipText challenge = expect("401 REGISTER");
        String credentials = answer(challenge.headers("WWW-Authenticate").getLast(), "REGISTER", uri);
        sendText(
            request("REGISTER", uri, addressOfRecord(), callId, lines + "Authorization: " + credentials + CRLF, ""));
        SipText answer = new SipText(receive());
        while (answer.isRequest()) {
            early.add(answer.text());
            answer = new SipText(receive());
        }
        return answer;
    }

    /** Registers with credentials that need no challenge, or are worth none; the final answer. */
    public SipText registerBy(String credentials, int expiresS) {
        String lines = "Contact: <" + contact() + ">;expires=" + expiresS + CRLF + "Authorization: " + credentials
            + CRLF;
        sendText(request("REGISTER", "sip:" + domain, addressOfRecord(), "register@" + host, lines, ""));
        return new SipText(next());
    }

    /** The URI that it registers. */
    public String contact() {
        return "sip:" + user + "@" + host + ";transport=ws";
    }

    /** Calls somebody, answering the challenge; the INVITE that was sent second. */
    public SipText invite(String uri, String body) {
        String lines = "Contact: <" + contact() + ">" + CRLF + "Content-Type: application/sdp" + CRLF;
        String callId = "call" + ++number + "@" + host;
        SipText first = new SipText(request("INVITE", uri, uri, callId, lines, body));
        sendText(first.text());
        SipText challenge = expect("407 INVITE");
        acknowledgeFailure(first, challenge);
        String credentials = answer(challenge.headers("Proxy-Authenticate").getLast(), "INVITE", uri);
        SipText second = new SipText(
            request("INVITE", uri, uri, callId, lines + "Proxy-Authorization: " + credentials + CRLF, body));
        sendText(second.text());
        return second;
    }

    /** Calls somebody with credentials that need no challenge. */
    public void inviteBy(String credentials, String uri, String body) {
        String lines = "Contact: <" + contact() + ">" + CRLF + "Content-Type: application/sdp" + CRLF
            + "Proxy-Authorization: " + credentials + CRLF;
        sendText(request("INVITE", uri, uri, "call" + ++number + "@" + host, lines, body));
    }

    /** Sends a request outside of a dialog, with the answer to the challenge; what it gets is to be expected. */
    public void ask(String method, String uri, String lines, String body) {
        String callId = "ask" + ++number + "@" + host;
        sendText(request(method, uri, uri, callId, lines, body));
        SipText challenge = expect("407 " + method);
        String credentials = answer(challenge.headers("Proxy-Authenticate").getLast(), method, uri);
        sendText(request(method, uri, uri, callId, lines + "Proxy-Authorization: " + credentials + CRLF, body));
    }

    private String request(String method, String uri, String to, String callId, String lines, String body) {
        number++;
        return method + " " + uri + " SIP/2.0" + CRLF + via() + "Max-Forwards: 70" + CRLF + "From: <"
            + addressOfRecord() + ">;tag=from" + user + CRLF + "To: <" + to + ">" + CRLF + "Call-ID: " + callId + CRLF
            + "CSeq: " + number + " " + method + CRLF + lines + end(body);
    }

    private String via() {
        return "Via: SIP/2.0/WS " + host + ";branch=z9hG4bK" + user + number + CRLF;
    }

    private static String end(String body) {
        return "Content-Length: " + body.getBytes(UTF_8).length + CRLF + CRLF + body;
    }

    /** The ACK that belongs to the INVITE's own transaction (RFC 3261 §17.1.1.3). */
    public void acknowledgeFailure(SipText invite, SipText failure) {
        sendText(
            "ACK " + invite.requestUri() + " SIP/2.0" + CRLF + "Via: " + invite.header("Via") + CRLF
                + "Max-Forwards: 70" + CRLF + "From: " + invite.header("From") + CRLF + "To: " + failure.header("To")
                + CRLF + "Call-ID: " + invite.header("Call-ID") + CRLF + "CSeq: "
                + invite.header("CSeq").replace("INVITE", "ACK") + CRLF + end(""));
    }

    /** Answers a request. */
    public SipText reply(SipText request, int status, String body) {
        StringBuilder text = new StringBuilder("SIP/2.0 " + status + " Answer" + CRLF);
        request.headers("Via").forEach(via -> text.append("Via: ").append(via).append(CRLF));
        request.headers("Record-Route").forEach(route -> text.append("Record-Route: ").append(route).append(CRLF));
        String to = request.header("To");
        text.append("From: ").append(request.header("From")).append(CRLF).append("To: ").append(to);
        text.append(to.contains(";tag=") ? "" : ";tag=to" + user).append(CRLF);
        text.append("Call-ID: ").append(request.header("Call-ID")).append(CRLF);
        text.append("CSeq: ").append(request.header("CSeq")).append(CRLF);
        text.append("Contact: <").append(contact()).append('>').append(CRLF).append(end(body));
        SipText response = new SipText(text.toString());
        sendText(response.text());
        return response;
    }

    /** Answers an INVITE with 200, and again until the caller has got it (RFC 3261 §13.3.1.4); what the caller has got. */
    public SipText accept(SipText invite, String body, SipUserAgent caller) {
        for (long waitMs = T1_MS; waitMs <= ANSWER_MS_MAX; waitMs *= 2) {
            reply(invite, 200, body);
            if (caller.hearsWithin(waitMs)) {
                return caller.expect("200 INVITE");
            }
        }
        throw new AssertionError(caller.user + " has not got the answer of " + user);
    }

    private boolean hearsWithin(long ms) {
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        while (early.isEmpty() && connection.listener().received.isEmpty()) {
            if (System.nanoTime() - deadlineNs >= 0) {
                return false;
            }
            Pause.ms(1);
        }
        return true;
    }

    /** A request within the dialog that the answer to an INVITE made, by the side that called (RFC 3261 §12.2.1.1). */
    public void sendAsCaller(String method, SipText answer) {
        String cseq = answer.header("CSeq");
        long sequence = Long.parseLong(cseq.substring(0, cseq.indexOf(' '))) + (method.equals("ACK") ? 0 : 1);
        StringBuilder routes = new StringBuilder();
        answer.headers("Record-Route").reversed().forEach(route -> routes.append("Route: ").append(route).append(CRLF));
        sendWithin(method, answer.uri("Contact"), routes.toString(), answer, sequence);
    }

    /** A request within the dialog that an INVITE and the answer to it made, by the side that was called. */
    public void sendAsCallee(String method, SipText invite, SipText answer) {
        StringBuilder routes = new StringBuilder();
        invite.headers("Record-Route").forEach(route -> routes.append("Route: ").append(route).append(CRLF));
        SipText turned = new SipText(
            answer.text()
                .replace(CRLF + "From: ", CRLF + "X: ")
                .replace(CRLF + "To: ", CRLF + "From: ")
                .replace(CRLF + "X: ", CRLF + "To: "));
        sendWithin(method, invite.uri("Contact"), routes.toString(), turned, 1);
    }

    private void sendWithin(String method, String target, String routes, SipText dialog, long sequence) {
        number++;
        sendText(
            method + " " + target + " SIP/2.0" + CRLF + via() + routes + "Max-Forwards: 70" + CRLF + "From: "
                + dialog.header("From") + CRLF + "To: " + dialog.header("To") + CRLF + "Call-ID: "
                + dialog.header("Call-ID") + CRLF + "CSeq: " + sequence + " " + method + CRLF + "Contact: <"
                + contact() + ">" + CRLF + end(""));
    }

    private String answer(String challenge, String method, String uri) {
        return Digest.credentials(challenge, user, password, method, uri);
    }

    /** Cuts the connection off, as a browser that goes away does. */
    public void cut() {
        close();
    }

    @Override
    public void close() {
        connection.socket().abort();
        connection.http().shutdownNow();
    }
}
