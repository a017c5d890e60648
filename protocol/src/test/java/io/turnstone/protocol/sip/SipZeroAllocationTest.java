package io.turnstone.protocol.sip;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.turnstone.protocol.AllocationMeter;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.sip.Judgement.Verdict;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What a proxy does per message allocates nothing. */
class SipZeroAllocationTest {
    private static final int ITERATIONS = 20_000;

    /** The JIT compiler and class loading may allocate a little on this thread; a byte per message is far above. */
    private static final long NOISE_BYTES = ITERATIONS / 2;

    private static final IpAddress SOURCE = IpAddress.parse("2001:db8::7");
    private static final byte[] REALM = "example.com".getBytes(US_ASCII);

    private final UnsafeBuffer received = direct(SipSamples.wire(SipSamples.invite()));
    private final UnsafeBuffer sent = new UnsafeBuffer(ByteBuffer.allocateDirect(8192));
    private final SipParser parser = new SipParser(SipLimits.DEFAULT);
    private final Judgement judgement = new Judgement(false, List.of());
    private final SipPatch patch = new SipPatch();
    private final SipText text = new SipText();

    private static UnsafeBuffer direct(byte[] octets) {
        UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(octets.length));
        buffer.putBytes(0, octets);
        return buffer;
    }

    private boolean parse() {
        return parser.parse(received, 0, received.capacity(), SipFraming.DATAGRAM)
            && judgement.judge(parser) == Verdict.ACCEPT;
    }

    @Test
    void shouldAllocateNothingWhenAnInviteIsProxied() {
        SipUri requestUri = judgement.requestUri();

        shouldAllocateNothing(() -> {
            boolean valid = parse();
            SipMessage message = parser.message();
            DigestParameters credentials = message.credentials(message.first(SipHeader.PROXY_AUTHORIZATION));
            valid &= credentials != null
                && credentials.equals(DigestParameters.Name.REALM, REALM)
                && credentials.nonceCount() == 1;
            patch.begin(message).decrementMaxForwards();
            valid &= patch.fillReceived(SOURCE.high(), SOURCE.low(), 40_000) && patch.popRoute()
                && patch.dropCredentials(SipHeader.PROXY_AUTHORIZATION, REALM) == 1;
            text.clear().append("<sip:").append(requestUri.buffer(), requestUri.userStart(), requestUri.userEnd());
            patch.prepend(SipHeader.RECORD_ROUTE,
                text.append("@").appendAddress(SOURCE.high(), SOURCE.low()).append(";lr>"));
            patch.prepend(SipHeader.VIA, text.clear().append("SIP/2.0/WSS b.example.com;branch=z9hG4bK").append(17));
            return valid && patch.write(sent, 0) > 0;
        });
    }

    @Test
    void shouldAllocateNothingWhenARequestIsAnsweredOrCancelled() {
        SipResponseWriter responses = new SipResponseWriter().source(SOURCE.high(), SOURCE.low(), 1);
        SipRequestWriter requests = new SipRequestWriter();

        shouldAllocateNothing(() -> {
            boolean valid = parse();
            int length = responses.begin(sent, 0, parser.message(), 486, "abc").header(SipHeader.RETRY_AFTER, 5).end();
            return valid && length > 0 && requests.cancel(sent, 0, parser.message()).end() > 0;
        });
    }

    @Test
    void shouldAllocateNothingWhenAMessageIsRefused() {
        UnsafeBuffer malformed = direct(SipSamples.torture("rfc4475", "badinv01"));
        SipFramer framer = new SipFramer(SipLimits.DEFAULT);

        shouldAllocateNothing(() -> {
            parser.parse(malformed, 0, malformed.capacity(), SipFraming.STREAM);
            return judgement.judge(parser) == Verdict.ANSWER
                && framer.next(malformed, 0, malformed.capacity()) == SipFramer.Frame.MESSAGE;
        });
    }

    private static void shouldAllocateNothing(BooleanSupplier step) {
        AllocationMeter.assertAllocatesNothing(step, ITERATIONS, NOISE_BYTES);
    }
}
