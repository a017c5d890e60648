package io.turnstone.node.signaling;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.sip.Judgement;
import io.turnstone.protocol.sip.SipError;
import io.turnstone.protocol.sip.SipFraming;
import io.turnstone.protocol.sip.SipLimits;
import io.turnstone.protocol.sip.SipParser;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Judges what an engine sends by what it was sent before. A request or response that is passed on has the header fields of
 * one that came in, but for those that a proxy changes; one of the engine's own has no others than the engine writes. One
 * thread.
 */
final class EngineOutputs {
    /** What a proxy changes, adds or takes away (RFC 3261 §16.6, RFC 3325, RFC 5393). */
    private static final Set<String> CHANGED = Set.of("via", "route", "record-route", "max-forwards",
        "proxy-authorization", "p-asserted-identity", "max-breadth", "content-length");
    private static final Set<String> ECHOED = Set.of("from", "to", "call-id", "cseq", "timestamp");
    private static final Set<String> OF_RESPONSES = Set.of("via", "www-authenticate", "proxy-authenticate", "allow",
        "allow-events", "supported", "require", "unsupported", "contact", "path", "flow-timer", "min-expires",
        "sip-etag", "expires", "content-length");
    private static final Set<String> OF_REQUESTS = Set.of("via", "route", "max-forwards", "from", "to", "call-id",
        "cseq", "content-length");
    private static final Set<String> OF_NOTIFY = Set.of("contact", "event", "subscription-state", "content-type");
    private static final String OUR_TAG = ";tag=[0-9a-f]{16}$";
    private static final Pattern TRAILING_SPACE = Pattern.compile("[ \t\r\n]+$");
    private static final SipLimits LIMITS = new SipLimits(131_072, 512);

    private final SipParser parser = new SipParser(LIMITS);
    private final Judgement judgement = new Judgement(false, List.of());
    private final Set<String> known = new HashSet<>();
    private final Set<String> rows = new HashSet<>();
    private boolean accepted;
    private int passedOn;
    private int relayed;
    private int own;

    /** Everything that the engine was sent so far can have no consequences any more. */
    void forget() {
        known.clear();
        rows.clear();
    }

    int passedOn() {
        return passedOn;
    }

    int relayed() {
        return relayed;
    }

    int own() {
        return own;
    }

    /** The engine is about to get this. */
    void received(String octets) {
        accepted = judge(octets) == Judgement.Verdict.ACCEPT;
        RawSip message = RawSip.read(octets);
        if (message != null) {
            known.add(unchanged(message));
        }
        // also of what is no message: a 400 says what was good of it
        RawSip.head(octets).forEach(row -> rows.add(trimmed(row)));
    }

    /** The engine is about to be told the time, which concerns what it has accepted. */
    void passing() {
        accepted = true;
    }

    private Judgement.Verdict judge(String octets) {
        parser.parse(new UnsafeBuffer(octets.getBytes(ISO_8859_1)), 0, octets.length(), SipFraming.DATAGRAM);
        return judgement.judge(parser);
    }

    private static String trimmed(String row) {
        return TRAILING_SPACE.matcher(row).replaceFirst("");
    }

    /** What of a message is the same wherever it has passed. */
    private static String unchanged(RawSip message) {
        String start = message.isRequest() ? message.method() : message.start();
        Set<String> changed = message.isRequest() ? CHANGED : Set.of("via", "content-length");
        return message.rows()
            .stream()
            .filter(row -> !changed.contains(RawSip.name(row)))
            .collect(Collectors.joining("\r\n", start + "\r\n", "\r\n\r\n" + message.body()));
    }

    /** Fails unless the engine may send this. */
    RawSip sent(String octets) {
        RawSip message = Objects.requireNonNull(RawSip.read(octets), () -> "no message:\n" + octets);
        if (accepted) {
            boolean good = judge(octets) == Judgement.Verdict.ACCEPT || judgement.error() == SipError.MAX_FORWARDS_ZERO;
            assertThat(good).as("%s of\n%s", judgement.error(), octets).isTrue();
            assertThat(parser.message().headerCount()).isEqualTo(message.rows().size());
        }
        if (known.contains(unchanged(message))) {
            if (message.isRequest()) {
                passedOn++;
                shouldHaveOne(message, List.of("max-forwards"));
            } else {
                relayed++;
            }
        } else if (message.isRequest()) {
            own++;
            shouldBeOwnRequest(message);
        } else {
            own++;
            shouldBeOwnResponse(message);
        }
        return message;
    }

    private static void shouldHaveOne(RawSip message, List<String> names) {
        for (String name : names) {
            assertThat(message.count(name)).as("%s of %s", name, message).isEqualTo(1);
        }
    }

    private void shouldBeOwnRequest(RawSip message) {
        assertThat(message.method()).as("%s", message).isIn("ACK", "CANCEL", "NOTIFY");
        boolean notify = message.method().equals("NOTIFY");
        for (String row : message.rows()) {
            String name = RawSip.name(row);
            assertThat(OF_REQUESTS.contains(name) || (notify && OF_NOTIFY.contains(name))).as("%s", message).isTrue();
        }
        shouldHaveOne(message, List.of("via", "max-forwards", "from", "to", "call-id", "cseq"));
        if (notify) {
            shouldHaveOne(message, List.copyOf(OF_NOTIFY));
        }
    }

    private void shouldBeOwnResponse(RawSip message) {
        for (String row : message.rows()) {
            String name = RawSip.name(row);
            if (ECHOED.contains(name)) {
                boolean echoed = rows.contains(trimmed(row)) || rows.contains(trimmed(row.replaceFirst(OUR_TAG, "")));
                assertThat(echoed).as("%s of %s", row, message).isTrue();
            } else {
                assertThat(OF_RESPONSES).as("%s", message).contains(name);
            }
        }
        if (accepted) {
            shouldHaveOne(message, List.of("from", "to", "call-id", "cseq"));
        }
    }
}
