package io.turnstone.loadtest.benchmark;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.sip.DigestParameters;
import io.turnstone.protocol.sip.Judgement;
import io.turnstone.protocol.sip.SipFraming;
import io.turnstone.protocol.sip.SipHeader;
import io.turnstone.protocol.sip.SipLimits;
import io.turnstone.protocol.sip.SipMessage;
import io.turnstone.protocol.sip.SipParser;
import io.turnstone.protocol.sip.SipPatch;
import io.turnstone.protocol.sip.SipResponseWriter;
import io.turnstone.protocol.sip.SipText;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the SIP codec takes for the INVITE of a browser: 14 header fields of 1.1 kB, 2 kB of SDP. Expected: 2 µs and 0
 * bytes per operation for {@link #proxyInvite}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow"})
public class SipBenchmark {
    private static final int SDP_LINES = 24;
    private static final byte[] REALM = "example.com".getBytes(US_ASCII);
    private static final IpAddress SOURCE = IpAddress.parse("203.0.113.9");
    private static final int SOURCE_PORT = 40_000;
    private static final String SDP = "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
        + "a=candidate:1467250027 1 udp 2122260223 192.0.2.7 46243 typ host generation 0\r\n".repeat(SDP_LINES);
    private final UnsafeBuffer received = direct(invite());
    private final UnsafeBuffer sent = new UnsafeBuffer(ByteBuffer.allocateDirect(8192));
    private final SipParser parser = new SipParser(SipLimits.DEFAULT);
    private final Judgement judgement = new Judgement(false, List.of());
    private final SipPatch patch = new SipPatch();
    private final SipText recordRoute = new SipText();
    private final SipText via = new SipText();
    private final SipResponseWriter responses = new SipResponseWriter();
    private long branch;

    private static String invite() {
        return """
            INVITE sip:bob@example.com SIP/2.0
            Via: SIP/2.0/WSS 4kq0t1e6jq2a.invalid;branch=z9hG4bK7463528
            Max-Forwards: 69
            Route: <sip:edge.example.com;transport=wss;lr>
            To: <sip:bob@example.com>
            From: "Alice" <sip:alice@example.com>;tag=l4fs2s8r2b
            Call-ID: 3nv1ij5vqf7t2l3kq1hs
            CSeq: 8412 INVITE
            Proxy-Authorization: Digest algorithm=SHA-256, username="alice", realm="example.com", \
            nonce="2f9c8e7d6b5a49382716", uri="sip:bob@example.com", \
            response="6f1ed002ab5595859014ebf0951522d9f1a1b2c3d4e5f60718293a4b5c6d7e8f", qop=auth, \
            cnonce="c0ffee11d00d", nc=00000001
            Contact: <sip:alice@example.com;gr=urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6;ob>
            Content-Type: application/sdp
            Session-Expires: 90
            Allow: INVITE,ACK,CANCEL,BYE,UPDATE,MESSAGE,OPTIONS,REFER,INFO,NOTIFY
            Supported: timer,gruu,ice,replaces,outbound
            User-Agent: JsSIP 3.13.0
            Content-Length: %d

            """.formatted(SDP.length()).replace("\n", "\r\n") + SDP;
    }

    private static UnsafeBuffer direct(String text) {
        UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(text.length()));
        buffer.putBytes(0, text.getBytes(US_ASCII));
        return buffer;
    }

    /** The index alone. */
    @Benchmark
    public SipMessage parse() {
        if (!parser.parse(received, 0, received.capacity(), SipFraming.DATAGRAM)) {
            throw new AssertionError(parser.error().sentence());
        }
        return parser.message();
    }

    /** The index, and all that a proxy must ask of a request before it does anything. */
    @Benchmark
    public SipMessage parseAndJudge() {
        SipMessage message = parse();
        if (judgement.judge(parser) != Judgement.Verdict.ACCEPT) {
            throw new AssertionError(judgement.error().sentence());
        }
        return message;
    }

    /** Parsed, judged, a Via and a Record-Route put in front, Max-Forwards decremented, written. */
    @Benchmark
    public int proxyInvite() {
        SipMessage message = parseAndJudge();
        patch.begin(message).decrementMaxForwards();
        return putInFrontAndWrite();
    }

    /** As a first hop does it: credentials read and dropped, Route popped, received filled in besides. */
    @Benchmark
    public int proxyInviteAtTheEdge() {
        SipMessage message = parseAndJudge();
        DigestParameters credentials = message.credentials(message.first(SipHeader.PROXY_AUTHORIZATION));
        boolean ours = credentials != null
            && credentials.equals(DigestParameters.Name.REALM, REALM)
            && credentials.nonceCount() == 1;
        patch.begin(message).decrementMaxForwards();
        boolean edited = patch.fillReceived(SOURCE.high(), SOURCE.low(), SOURCE_PORT)
            && patch.popRoute()
            && patch.dropCredentials(SipHeader.PROXY_AUTHORIZATION, REALM) == 1;
        if (!ours || !edited) {
            throw new AssertionError("not the edits that were expected");
        }
        return putInFrontAndWrite();
    }

    private int putInFrontAndWrite() {
        branch++;
        recordRoute.clear().append("<sip:AAECAwQFBgcICQoLDA0ODxAREhMUFRYX@sip.example.com;transport=wss;lr>");
        via.clear().append("SIP/2.0/WSS sip.example.com;branch=z9hG4bK").append(branch);
        return patch.prepend(SipHeader.RECORD_ROUTE, recordRoute).prepend(SipHeader.VIA, via).write(sent, 0);
    }

    /** Parsed, judged, and answered by 100. */
    @Benchmark
    public int trying() {
        return responses.source(SOURCE.high(), SOURCE.low(), SOURCE_PORT)
            .begin(sent, 0, parseAndJudge(), 100, "")
            .end();
    }
}
