package io.turnstone.protocol.sip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.sip.Judgement.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Torture messages and an INVITE from life, mutated. Buffers are exactly as long as the message, so a read out of bounds is
 * an exception. The seed is in the test's name.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class SipMutationPropertyTest {
    private static final int MUTATIONS_OF_SEED = 5_000;
    private static final int MUTATIONS_IN_FULL = 2_000_000;
    private static final int MUTATIONS_PER_MESSAGE_MAX = 4;
    private static final String[] FRAGMENTS = {"\r\n", "\r", "\n", "\0", "\"", "\\", "<", ">", ";", ",", "=", ":", "@",
        "%",
        "%00", "%4", "[", "]", "*", " ", "\t", "\r\n ", "\r\n\r\n", "sip:", "SIP/2.0", "Via: ", "l: 5\r\n",
        "4294967296",
        "99999999999999999999", "\u00ff", "\u007f", "Route: <sip:a;lr>\r\n", ";tag=x", ";lr", "Digest "};
    private static final byte[] REALM = "example.com".getBytes(ISO_8859_1);
    private static final IpAddress SOURCE = IpAddress.parse("203.0.113.77");
    private static final List<byte[]> CORPUS = Stream.of(
        SipSamples.RFC_4475.stream().map(name -> SipSamples.torture("rfc4475", name)),
        SipSamples.RFC_5118.stream().map(name -> SipSamples.torture("rfc5118", name)),
        Stream.generate(() -> SipSamples.wire(SipSamples.invite())).limit(10)).flatMap(all -> all).toList();

    private final SipParser parser = new SipParser(new SipLimits(16_384, 64));
    private final SipParser second = new SipParser(new SipLimits(16_384, 80));
    private final Judgement judgement = new Judgement(true, List.of());
    private final SipPatch patch = new SipPatch();
    private final SipResponseWriter responses = new SipResponseWriter();
    private final SipRequestWriter requests = new SipRequestWriter();
    private final UnsafeBuffer target = new UnsafeBuffer(new byte[65_536]);
    private final SipAddress address = new SipAddress();
    private final Contact contact = new Contact();
    private final Via via = new Via();
    private final TokenList tokens = new TokenList();
    private final DigestParameters digest = new DigestParameters();
    private final SipUri uri = new SipUri();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 20, 300, 4000})
    void shouldStandAnyMessage(long seed) {
        standMutations(seed, MUTATIONS_OF_SEED);
    }

    @Test
    @Tag("full")
    void shouldStandTwoMillionMessages() {
        standMutations(5, MUTATIONS_IN_FULL);
    }

    private void standMutations(long seed, int mutations) {
        SplittableRandom random = new SplittableRandom(seed);
        int accepted = 0;
        for (int i = 0; i < mutations; i++) {
            byte[] octets = mutated(random);
            try {
                accepted += stand(octets, random) ? 1 : 0;
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("message " + i + ":\n" + new String(octets, ISO_8859_1), e);
            }
        }
        assertThat(accepted).isPositive();
    }

    private static byte[] mutated(SplittableRandom random) {
        byte[] octets = CORPUS.get(random.nextInt(CORPUS.size())).clone();
        for (int i = random.nextInt(MUTATIONS_PER_MESSAGE_MAX + 1); i > 0; i--) {
            octets = mutate(octets, random);
        }
        return octets;
    }

    private static byte[] mutate(byte[] octets, SplittableRandom random) {
        int from = random.nextInt(octets.length + 1);
        int to = Math.min(octets.length, from + random.nextInt(1 << random.nextInt(1, 8)));
        return switch (random.nextInt(7)) {
            case 0 -> splice(octets, from, Math.min(octets.length, from + 1), new byte[]{(byte) random.nextInt(256)});
            case 1 -> splice(octets, from, to, new byte[0]);
            case 2 -> splice(octets, from, from, Arrays.copyOfRange(octets, from, to));
            case 3 -> Arrays.copyOf(octets, Math.max(1, from));
            case 4 -> {
                byte[] other = CORPUS.get(random.nextInt(CORPUS.size()));
                int start = random.nextInt(other.length);
                int end = Math.min(other.length, start + random.nextInt(1, 200));
                yield splice(octets, from, to, Arrays.copyOfRange(other, start, end));
            }
            default ->
                splice(octets, from, from, FRAGMENTS[random.nextInt(FRAGMENTS.length)].getBytes(ISO_8859_1));
        };
    }

    private static byte[] splice(byte[] octets, int from, int to, byte[] inserted) {
        byte[] spliced = Arrays.copyOf(octets, octets.length - (to - from) + inserted.length);
        System.arraycopy(inserted, 0, spliced, from, inserted.length);
        System.arraycopy(octets, to, spliced, from + inserted.length, octets.length - to);
        return spliced.length == 0 ? new byte[1] : spliced;
    }

    /** Returns whether a proxy would send the message on. */
    private boolean stand(byte[] octets, SplittableRandom random) {
        UnsafeBuffer buffer = new UnsafeBuffer(octets);
        frame(buffer);
        boolean good = parser.parse(buffer, 0, octets.length, SipFraming.STREAM);
        assertThat(good).isEqualTo(parser.error() == SipError.NONE);
        good = parser.parse(buffer, 0, octets.length, SipFraming.DATAGRAM);
        SipMessage message = parser.message();
        shouldStayWithin(message, octets.length);
        askViews(message);
        Verdict verdict = judgement.judge(parser);
        assertThat(good || verdict != Verdict.ACCEPT).isTrue();
        assertThat(verdict == Verdict.ACCEPT).isEqualTo(judgement.error() == SipError.NONE);
        if (verdict == Verdict.ANSWER) {
            responses.begin(target, 0, message, judgement.statusCode(), "t").end();
        }
        if (good) {
            shouldCopyUnchanged(message, octets);
        }
        if (verdict == Verdict.ACCEPT && message.isRequest()) {
            judgement.judgeRequire(message);
            judgement.judgeRegistration(message);
            shouldBeAcceptedAgain(message, random);
        }
        return verdict == Verdict.ACCEPT;
    }

    private static void frame(UnsafeBuffer buffer) {
        SipFramer framer = new SipFramer(new SipLimits(16_384, 64));
        int start = 0;
        SipFramer.Frame frame = framer.next(buffer, start, buffer.capacity());
        while (frame != SipFramer.Frame.INCOMPLETE && frame != SipFramer.Frame.BROKEN) {
            assertThat(framer.length()).isPositive();
            start += framer.length();
            frame = framer.next(buffer, start, buffer.capacity() - start);
        }
    }

    private static void shouldStayWithin(SipMessage message, int length) {
        int position = message.headersStart();
        assertThat(message.requestUriEnd()).isBetween(message.requestUriStart(), length);
        assertThat(message.reasonEnd()).isBetween(message.reasonStart(), length);
        for (int row = 0; row < message.headerCount(); row++) {
            assertThat(message.nameStart(row)).isBetween(position, length);
            assertThat(message.nameEnd(row)).isBetween(message.nameStart(row) + 1, length);
            assertThat(message.valueStart(row)).isBetween(message.nameEnd(row) + 1, length);
            assertThat(message.valueEnd(row)).isBetween(message.valueStart(row), length);
            assertThat(message.lineEnd(row)).isBetween(message.valueEnd(row) + 2, length);
            position = message.lineEnd(row);
        }
        assertThat(message.headersEnd()).isBetween(position, length);
        assertThat(message.bodyStart()).isBetween(message.headersEnd(), length);
        assertThat(message.bodyLength()).isBetween(0, length - message.bodyStart());
    }

    private void askViews(SipMessage message) {
        for (int row = 0; row < message.headerCount(); row++) {
            message.value(row);
            digest.wrap(message, row);
            digest.nonceCount();
            digest.value(DigestParameters.Name.REALM);
            boolean has = address.wrap(message.octets(), message.valueStart(row), message.valueEnd(row));
            while (has) {
                address.decodeUri();
                address.displayName();
                has = address.next();
            }
            uri.wrap(message.octets(), message.valueStart(row), message.valueEnd(row));
        }
        for (boolean has = via.first(message); has; has = via.next()) {
            via.decodeReceived();
            via.isSip2();
            via.isBranchEmpty();
            via.responsePort();
        }
        for (boolean has = contact.first(message); has; has = contact.next()) {
            contact.quality();
            contact.expires();
            contact.registrationId();
        }
        tokens.contains(message, SipHeader.SUPPORTED, "x");
        message.maxForwards();
        message.expires();
        patch.begin(message).dropCredentials(SipHeader.PROXY_AUTHORIZATION, REALM);
    }

    private void shouldCopyUnchanged(SipMessage message, byte[] octets) {
        int length = patch.begin(message).write(target, 0);
        int start = message.methodStart();
        assertThat(Arrays.equals(target.byteArray(), 0, length, octets, start, message.length())).isTrue();
    }

    private void shouldBeAcceptedAgain(SipMessage message, SplittableRandom random) {
        patch.begin(message).decrementMaxForwards();
        boolean received = random.nextBoolean();
        if (received) {
            assertThat(patch.fillReceived(SOURCE.high(), SOURCE.low(), 5060)).isTrue();
        }
        if (random.nextBoolean()) {
            patch.requestUri("sip:x@y.invalid");
        }
        if (random.nextBoolean()) {
            patch.popRoute();
        }
        patch.dropCredentials(SipHeader.PROXY_AUTHORIZATION, REALM);
        patch.prepend(SipHeader.RECORD_ROUTE, "<sip:t@h;lr>").prepend(SipHeader.VIA, "SIP/2.0/UDP h;branch=z9hG4bKx");
        patch.append(SipHeader.P_ASSERTED_IDENTITY, "<sip:a@b>").requireContentLength();
        int length = patch.length();
        assertThat(patch.write(target, 0)).isEqualTo(length);

        assertThat(second.parse(target, 0, length, SipFraming.STREAM)).as("%s", second.error()).isTrue();
        Verdict verdict = judgement.judge(second);
        assertThat(verdict == Verdict.ACCEPT || judgement.error() == SipError.MAX_FORWARDS_ZERO)
            .as("%s", judgement.error())
            .isTrue();
        SipMessage sent = second.message();
        assertThat(sent.length()).isEqualTo(length);
        assertThat(via.count(sent)).isEqualTo(new Via().count(message) + 1);
        assertThat(via.first(sent) && via.branch().equals("z9hG4bKx")).isTrue();
        if (received) {
            assertThat(via.next()).isTrue();
            assertThat(via.decodeReceived() && via.receivedLow() == SOURCE.low()).isTrue();
        }
        int answer = responses.begin(target, 32_768, message, 500, "t").end();
        assertThat(second.parse(target, 32_768, answer, SipFraming.STREAM)).as("%s", second.error()).isTrue();
        int cancel = requests.cancel(target, 32_768, message).end();
        assertThat(second.parse(target, 32_768, cancel, SipFraming.STREAM)).as("%s", second.error()).isTrue();
        assertThat(judgement.judge(second)).isEqualTo(Verdict.ACCEPT);
    }
}
