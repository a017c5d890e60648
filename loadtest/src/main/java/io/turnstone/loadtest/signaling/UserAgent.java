package io.turnstone.loadtest.signaling;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.turnstone.loadtest.client.ClientLoop;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A user who registers and calls with a challenge each time, as browser libraries do, and takes every call at once. All
 * methods but the constructor are for the loop.
 */
final class UserAgent implements AutoCloseable {
    /** What {@link #register} and {@link #call} tell when all has gone well. */
    static final String DONE = "";
    private static final long ANSWER_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int EXPIRES_S = 3_600;
    private static final String CRLF = "\r\n";
    private static final String SDP = "Content-Type: application/sdp" + CRLF;
    private static final int OK = 200;
    private static final int FAILURES = 300;
    private static final int UNAUTHORIZED = 401;
    private static final int PROXY_AUTHENTICATION_REQUIRED = 407;

    private final ClientLoop loop;
    private final Identity identity;
    private final String body;
    private final Map<String, Attempt> attempts = new HashMap<>();
    /** So that one who comes again is no repetition of who was here before. */
    private final String unique = Long.toHexString(ThreadLocalRandom.current().nextLong());
    private SipLink link;
    private String contactParameters = "";
    private Consumer<SipText> taken = request -> {};
    private long number;

    /**
     * Who a user agent is.
     *
     * @param domain of the address-of-record
     */
    record Identity(String user, String password, String domain) {
        String addressOfRecord() {
            return "sip:" + user + "@" + domain;
        }
    }

    /** What is asked for, once without and once with credentials. */
    private record Request(String method, String uri, String to, String lines, String content) {}

    /** Something under way, by its Call-ID. */
    private static final class Attempt {
        private final Request request;
        private final Consumer<String> done;
        private final ClientLoop.Timer late;
        private String sent = "";
        private boolean challenged;

        Attempt(Request request, Consumer<String> done, ClientLoop.Timer late) {
            this.request = request;
            this.done = done;
            this.late = late;
        }
    }

    /**
     * @param body of every INVITE and of its answer
     * @param connect makes the link, given who takes what comes over it
     */
    UserAgent(ClientLoop loop, Identity identity, String body, Function<Consumer<String>, SipLink> connect) {
        this.loop = loop;
        this.identity = identity;
        this.body = body;
        this.link = connect.apply(this::onMessage);
    }

    String addressOfRecord() {
        return identity.addressOfRecord();
    }

    /**
     * Registers by outbound from now on (RFC 5626), so that what it registers next takes the place of this.
     *
     * @param instance a URN, without angle brackets
     */
    void useOutbound(String instance) {
        contactParameters = ";+sip.instance=\"<" + instance + ">\";reg-id=1";
    }

    /** @param handler is told of each request that comes, before it is answered */
    void onRequest(Consumer<SipText> handler) {
        taken = handler;
    }

    /** Goes on over another link, as who has lost a connection. What is under way has failed. */
    void moveTo(SipLink next) {
        link.close();
        link = next;
        List.copyOf(attempts.keySet()).forEach(callId -> end(callId, "the link is lost"));
    }

    /** @param done is told {@link #DONE}, or what has gone wrong */
    void register(Consumer<String> done) {
        register(EXPIRES_S, done);
    }

    /** @param done is told {@link #DONE}, or what has gone wrong */
    void unregister(Consumer<String> done) {
        register(0, done);
    }

    private void register(int expiresS, Consumer<String> done) {
        String supported = contactParameters.isEmpty() ? "" : "Supported: path, outbound" + CRLF;
        begin(new Request("REGISTER", "sip:" + identity.domain(), addressOfRecord(),
            contact(contactParameters) + supported + "Expires: " + expiresS + CRLF, ""), done);
    }

    /** Calls, and hangs up as soon as the call is there. */
    void call(String addressOfRecord, Consumer<String> done) {
        begin(new Request("INVITE", addressOfRecord, addressOfRecord, contact("") + SDP, body), done);
    }

    /** Sends a text (RFC 3428). */
    void tell(String addressOfRecord, String content, Consumer<String> done) {
        begin(new Request("MESSAGE", addressOfRecord, addressOfRecord, "Content-Type: text/plain" + CRLF, content),
            done);
    }

    private void begin(Request request, Consumer<String> done) {
        number++;
        String callId = number + "-" + unique + "@" + identity.user() + "." + link.host();
        Attempt attempt = new Attempt(request, done, loop.after(ANSWER_NS, () -> end(callId, "no answer")));
        attempts.put(callId, attempt);
        send(callId, attempt, "");
    }

    private void end(String callId, String outcome) {
        Attempt attempt = attempts.remove(callId);
        if (attempt != null) {
            attempt.late.cancel();
            attempt.done.accept(outcome);
        }
    }

    /** @param credentials a line, or nothing */
    private void send(String callId, Attempt attempt, String credentials) {
        number++;
        Request request = attempt.request;
        attempt.sent = request.method() + " " + request.uri() + " SIP/2.0" + CRLF + via() + "Max-Forwards: 70" + CRLF
            + "From: <" + addressOfRecord() + ">;tag=a" + identity.user() + CRLF + "To: <" + request.to() + ">" + CRLF
            + "Call-ID: " + callId + CRLF + "CSeq: " + number + " " + request.method() + CRLF + credentials
            + request.lines() + end(request.content());
        link.send(attempt.sent);
    }

    private String via() {
        return "Via: SIP/2.0/" + link.transport() + " " + link.host() + ";rport;branch=z9hG4bK" + unique + "-"
            + number + CRLF;
    }

    private String contact(String parameters) {
        return "Contact: <sip:" + identity.user() + "@" + link.host() + ";transport="
            + link.transport().toLowerCase(Locale.ROOT) + ">" + parameters + CRLF;
    }

    private static String end(String content) {
        return "Content-Length: " + content.getBytes(UTF_8).length + CRLF + CRLF + content;
    }

    /** Takes what has come over its link. */
    void onMessage(String text) {
        SipText message = new SipText(text);
        if (!message.isMessage()) {
            return;
        }
        if (message.isResponse()) {
            onResponse(message);
        } else {
            onRequest(message);
        }
    }

    private void onResponse(SipText response) {
        String callId = response.header("Call-ID");
        Attempt attempt = attempts.get(callId);
        int status = response.status();
        if (attempt == null || status < OK) {
            return;
        }
        String method = response.method();
        if (method.equals("INVITE")) {
            onFinalToInvite(callId, attempt, response, status);
        } else if (isChallenge(status)) {
            onChallenge(callId, attempt, response);
        } else {
            end(callId, status < FAILURES ? DONE : status + " to " + method);
        }
    }

    private static boolean isChallenge(int status) {
        return status == UNAUTHORIZED || status == PROXY_AUTHENTICATION_REQUIRED;
    }

    private void onFinalToInvite(String callId, Attempt attempt, SipText response, int status) {
        if (status < FAILURES) {
            hangUp(response);
            return;
        }
        SipText invite = new SipText(attempt.sent);
        link.send("ACK " + invite.requestUri() + " SIP/2.0" + CRLF + SipText.lines("Via", invite.headers("Via"))
            + "Max-Forwards: 70"
            + CRLF + "From: " + invite.header("From") + CRLF + "To: " + response.header("To") + CRLF + "Call-ID: "
            + callId + CRLF + "CSeq: " + invite.header("CSeq").replace("INVITE", "ACK") + CRLF + end(""));
        if (isChallenge(status)) {
            onChallenge(callId, attempt, response);
        } else {
            end(callId, status + " to INVITE");
        }
    }

    /** The ACK of a 2xx, and a BYE (RFC 3261 §12.2.1.1). */
    private void hangUp(SipText answer) {
        String cseq = answer.header("CSeq");
        long sequence = Long.parseLong(cseq.substring(0, cseq.indexOf(' ')));
        sendWithin("ACK", answer, sequence);
        sendWithin("BYE", answer, sequence + 1);
    }

    private void sendWithin(String method, SipText answer, long sequence) {
        number++;
        link.send(method + " " + answer.contactUri() + " SIP/2.0" + CRLF + via()
            + SipText.lines("Route", answer.headers("Record-Route").reversed()) + "Max-Forwards: 70" + CRLF + "From: "
            + answer.header("From") + CRLF + "To: " + answer.header("To") + CRLF + "Call-ID: "
            + answer.header("Call-ID") + CRLF + "CSeq: " + sequence + " " + method + CRLF + end(""));
    }

    /** The last challenge, as browser libraries take that. */
    private void onChallenge(String callId, Attempt attempt, SipText response) {
        if (attempt.challenged) {
            end(callId, response.status() + " again");
            return;
        }
        attempt.challenged = true;
        boolean byProxy = response.status() == PROXY_AUTHENTICATION_REQUIRED;
        Request request = attempt.request;
        String credentials = Digest.credentials(
            response.headers(byProxy ? "Proxy-Authenticate" : "WWW-Authenticate").getLast(), identity.user(),
            identity.password(), request.method(), request.uri());
        send(callId, attempt, (byProxy ? "Proxy-Authorization: " : "Authorization: ") + credentials + CRLF);
    }

    private void onRequest(SipText request) {
        taken.accept(request);
        switch (request.method()) {
            case "ACK" -> {
                // the call is there
            }
            case "INVITE" -> {
                reply(request, "180 Ringing", "");
                reply(request, "200 OK", body);
            }
            default -> reply(request, "200 OK", "");
        }
    }

    private void reply(SipText request, String status, String content) {
        String to = request.header("To");
        link.send("SIP/2.0 " + status + CRLF + SipText.lines("Via", request.headers("Via"))
            + SipText.lines("Record-Route", request.headers("Record-Route")) + "From: " + request.header("From") + CRLF
            + "To: " + to + (to.contains(";tag=") ? "" : ";tag=b" + identity.user()) + CRLF + "Call-ID: "
            + request.header("Call-ID") + CRLF + "CSeq: " + request.header("CSeq") + CRLF + contact("")
            + (content.isEmpty() ? "" : SDP) + end(content));
    }

    @Override
    public void close() {
        link.close();
    }
}
