package io.turnstone.protocol.sip;

import static io.turnstone.protocol.sip.SipSamples.parsed;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnstone.protocol.net.IpAddress;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SipWriterTest {
    private static final int OFFSET = 5;
    private static final String INVITE = """
        INVITE sip:bob@example.com SIP/2.0
        v: SIP/2.0/UDP a.example.com;rport;branch=z9hG4bKa, SIP/2.0/TCP b
        Via: SIP/2.0/WSS c.invalid
        Max-Forwards: 70
        Route: <sip:r1;lr>
        Route: <sip:r2;lr>
        Record-Route: <sip:rr;lr>
        To: "Bob"
         <sip:bob@example.com>
        f: <sip:alice@example.com>;tag=1
        i: abc@d
        CSeq: 0017 INVITE
        Timestamp: 54
        Content-Length: 0

        """;

    private final SipResponseWriter responses = new SipResponseWriter();
    private final SipRequestWriter requests = new SipRequestWriter();
    private final UnsafeBuffer target = new UnsafeBuffer(new byte[4096]);

    private String text(int length) {
        String text = SipSamples.text(target, OFFSET, length);
        parsed(text);
        return text;
    }

    @Test
    void shouldWriteAResponse() {
        SipWriter writer = responses.begin(target, OFFSET, parsed(INVITE), 486, "t2");
        writer.copyAll(parsed(INVITE), SipHeader.RECORD_ROUTE)
            .header(SipHeader.RETRY_AFTER, 5)
            .header(SipHeader.SERVER, "Turnstone")
            .header(SipHeader.CONTACT, new SipText().clear().append("<sip:x>"))
            .header("X-More", "ja");

        assertThat(text(writer.end())).isEqualTo("""
            SIP/2.0 486 Busy Here
            v: SIP/2.0/UDP a.example.com;rport;branch=z9hG4bKa, SIP/2.0/TCP b
            Via: SIP/2.0/WSS c.invalid
            f: <sip:alice@example.com>;tag=1
            To: "Bob"
             <sip:bob@example.com>;tag=t2
            i: abc@d
            CSeq: 0017 INVITE
            Record-Route: <sip:rr;lr>
            Retry-After: 5
            Server: Turnstone
            Contact: <sip:x>
            X-More: ja
            Content-Length: 0

            """);
    }

    @Test
    void shouldTellWhenceTheRequestCame() {
        IpAddress source = IpAddress.parse("198.51.100.7");
        responses.source(source.high(), source.low(), 40000);
        assertThat(text(responses.begin(target, OFFSET, parsed(INVITE), 100, "").end())).isEqualTo("""
            SIP/2.0 100 Trying
            v: SIP/2.0/UDP a.example.com;rport=40000;branch=z9hG4bKa;received=198.51.100.7, SIP/2.0/TCP b
            Via: SIP/2.0/WSS c.invalid
            f: <sip:alice@example.com>;tag=1
            To: "Bob"
             <sip:bob@example.com>
            i: abc@d
            CSeq: 0017 INVITE
            Timestamp: 54
            Content-Length: 0

            """);

        responses.noSource();
        assertThat(text(responses.begin(target, OFFSET, parsed(INVITE), 200, "Fine", "t").end()))
            .startsWith("SIP/2.0 200 Fine\nv: SIP/2.0/UDP a.example.com;rport;branch");
    }

    @Test
    void shouldKeepATagThatIsThereAndAMalformedToAsItIs() {
        String tagged = INVITE.replace("<sip:bob@example.com>\n", "<sip:bob@example.com>;TAG=x\n");
        assertThat(text(responses.begin(target, OFFSET, parsed(tagged), 200, "t").end()))
            .contains("<sip:bob@example.com>;TAG=x\ni:");
        String malformed = INVITE.replace("\"Bob\"", "\"Bob");
        assertThat(text(responses.begin(target, OFFSET, parsed(malformed), 400, "t").end()))
            .contains("To: \"Bob\n <sip:bob@example.com>\ni:");
    }

    @Test
    void shouldWriteABody() {
        byte[] body = "v=0\r\n\0".getBytes(UTF_8);
        SipWriter writer = responses.begin(target, OFFSET, parsed(INVITE), 200, "t");
        SipMessage message = parsed(text(writer.body("application/sdp", body)));

        assertThat(message.bodyLength()).isEqualTo(body.length);
        assertThat(message.value(message.first(SipHeader.CONTENT_TYPE))).isEqualTo("application/sdp");
    }

    @Test
    void shouldAcknowledgeAFinalResponse() {
        SipMessage response = parsed("SIP/2.0 404 Not Found\nTo: <sip:bob@example.com>;tag=9\nl: 0\n\n");
        assertThat(text(requests.ack(target, OFFSET, parsed(INVITE), response).end())).isEqualTo("""
            ACK sip:bob@example.com SIP/2.0
            Via: SIP/2.0/UDP a.example.com;rport;branch=z9hG4bKa
            Route: <sip:r1;lr>
            Route: <sip:r2;lr>
            Max-Forwards: 70
            f: <sip:alice@example.com>;tag=1
            To: <sip:bob@example.com>;tag=9
            i: abc@d
            CSeq: 17 ACK
            Content-Length: 0

            """);
    }

    @Test
    void shouldCancelARequest() {
        SipWriter writer = requests.cancel(target, OFFSET, parsed(INVITE));
        assertThat(text(writer.header(SipHeader.REASON, "SIP;cause=200").end())).isEqualTo("""
            CANCEL sip:bob@example.com SIP/2.0
            Via: SIP/2.0/UDP a.example.com;rport;branch=z9hG4bKa
            Route: <sip:r1;lr>
            Route: <sip:r2;lr>
            Max-Forwards: 70
            f: <sip:alice@example.com>;tag=1
            To: "Bob"
             <sip:bob@example.com>
            i: abc@d
            CSeq: 17 CANCEL
            Reason: SIP;cause=200
            Content-Length: 0

            """);
    }

    @Test
    void shouldNotFollowWhatHasNoViaOrCSeq() {
        SipMessage nothing = parsed("INVITE sip:a SIP/2.0\nl: 0\n\n");
        assertThatThrownBy(() -> requests.cancel(target, OFFSET, nothing)).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("INVITE sip:a SIP/2.0");
    }

    @Test
    void shouldWriteARequest() {
        SipWriter writer = requests.begin(target, OFFSET, "NOTIFY", "sip:alice@phone.invalid");
        writer.header(SipHeader.VIA, "SIP/2.0/TCP a;branch=z9hG4bKn").header(SipHeader.CSEQ, "1 NOTIFY");
        assertThat(text(writer.body("text/plain", "hi".getBytes(UTF_8)))).isEqualTo("""
            NOTIFY sip:alice@phone.invalid SIP/2.0
            Via: SIP/2.0/TCP a;branch=z9hG4bKn
            CSeq: 1 NOTIFY
            Content-Type: text/plain
            Content-Length: 2

            hi""");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nEvil: 1", "\n", "a\r", "a\0b"})
    void shouldRefuseToInjectHeaders(String evil) {
        SipMessage invite = parsed(INVITE);
        SipWriter writer = responses.begin(target, OFFSET, invite, 200, "t");
        assertThatThrownBy(() -> writer.header(SipHeader.SERVER, evil)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.header(evil, "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.header("X", evil)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.body(evil, new byte[0])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> responses.begin(target, OFFSET, invite, 200, evil, "t"))
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> responses.begin(target, OFFSET, invite, 200, evil))
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> requests.begin(target, OFFSET, evil, "sip:a"))
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> requests.begin(target, OFFSET, "BYE", evil))
            .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {99, 700, 0, -1})
    void shouldRefuseAStatusOutOfRange(int status) {
        SipMessage invite = parsed(INVITE);
        assertThatThrownBy(() -> responses.begin(target, OFFSET, invite, status, "t"))
            .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldHaveAPhraseForEveryCode() {
        assertThat(ReasonPhrase.of(200)).isEqualTo("OK");
        assertThat(ReasonPhrase.of(439)).isEqualTo("First Hop Lacks Outbound Support");
        assertThat(ReasonPhrase.of(699)).isEqualTo("Busy Everywhere");
        assertThat(ReasonPhrase.of(199)).isEqualTo("Early Dialog Terminated");
    }
}
