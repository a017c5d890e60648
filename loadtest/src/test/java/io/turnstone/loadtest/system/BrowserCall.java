package io.turnstone.loadtest.system;

import com.microsoft.playwright.Page;
import io.turnstone.loadtest.client.Credentials;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A call between two pages, each relayed by a TURN server of its own; the test carries their descriptions across. */
final class BrowserCall {
    private final Page caller;
    private final Page callee;

    /** What a page knows of its side; see {@code peer.js}. */
    record Side(Map<?, ?> values) {
        int number(String key) {
            return values.get(key) instanceof Number number ? number.intValue() : 0;
        }

        String text(String key) {
            return String.valueOf(values.get(key));
        }
    }

    BrowserCall(Page caller, Page callee) {
        this.caller = caller;
        this.callee = callee;
        List.of(caller, callee).forEach(page -> page.evaluate(script()));
    }

    void connect(InetSocketAddress callerServer, InetSocketAddress calleeServer, Credentials credentials) {
        Object offer = caller.evaluate("server => peer.offer(server)", iceServer(callerServer, credentials));
        Object answer = callee.evaluate("arguments => peer.answer(arguments)",
            List.of(iceServer(calleeServer, credentials), offer));
        caller.evaluate("sdp => peer.accept(sdp)", answer);
    }

    Side caller() {
        return new Side((Map<?, ?>) caller.evaluate("() => peer.report()"));
    }

    Side callee() {
        return new Side((Map<?, ?>) callee.evaluate("() => peer.report()"));
    }

    /** From now on {@link #outcomes} counts anew. */
    void mark() {
        List.of(caller, callee).forEach(page -> page.evaluate("() => peer.mark()"));
    }

    /** What happened to the caller, a, and the callee, b, since {@link #mark}. */
    Map<String, Outcome> outcomes(Map<String, Double> usualGapMs) {
        return Map.of("a", outcome(caller, usualGapMs.getOrDefault("a", 0.0)), "b",
            outcome(callee, usualGapMs.getOrDefault("b", 0.0)));
    }

    private static Outcome outcome(Page page, double usualGapMs) {
        Map<?, ?> result = (Map<?, ?>) page.evaluate("() => peer.outcome()");
        return Outcome.read(result, new Side(result).number("gapMs"), usualGapMs);
    }

    private static Map<String, String> iceServer(InetSocketAddress server, Credentials credentials) {
        return Map.of("urls",
            "turn:" + server.getAddress().getHostAddress() + ":" + server.getPort() + "?transport=udp",
            "username", credentials.username(), "credential", credentials.password());
    }

    private static String script() {
        try (InputStream script = BrowserCall.class.getResourceAsStream("peer.js")) {
            if (script == null) {
                throw new IllegalStateException("peer.js is not among the test resources");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
