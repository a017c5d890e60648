package io.turnstone.protocol.sip;

import static io.turnstone.protocol.sip.SipSamples.parsed;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnstone.protocol.net.IpAddress;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SipPatchTest {
    private static final String REQUEST = """
        INVITE sip:bob@example.com SIP/2.0
        Via: SIP/2.0/UDP a.example.com;branch=z9hG4bKa, SIP/2.0/TCP b
        Max-Forwards: 0070
        Via: SIP/2.0/WSS c.invalid
        Route: <sip:r1;lr>,
         <sip:r2;lr>
        Route: <sip:r3;lr>
        X-Thing:   kept  as\tit is

        body""";
    private static final IpAddress SOURCE = IpAddress.parse("2001:db8::7");

    private final SipPatch patch = new SipPatch();
    private final UnsafeBuffer target = new UnsafeBuffer(new byte[4096]);

    private String written() {
        int length = patch.length();
        assertThat(patch.write(target, 7)).isEqualTo(length);
        String text = SipSamples.text(target, 7, length);
        parsed(text);
        return text;
    }

    private SipPatch begin(String text) {
        return patch.begin(parsed(text));
    }

    @Test
    void shouldCopyByteForByteWhenThereIsNoEdit() {
        begin(REQUEST);
        assertThat(written()).isEqualTo(REQUEST);
        begin("\n\n" + REQUEST);
        assertThat(written()).isEqualTo(REQUEST);
        begin("BYE sip:a SIP/2.0\nl: 2\n\nok and noise");
        assertThat(written()).isEqualTo("BYE sip:a SIP/2.0\nl: 2\n\nok");
    }

    @Test
    void shouldMakeTheEditsOfAProxy() {
        SipText value = new SipText().clear()
            .append("SIP/2.0/WSS ")
            .appendAddress(SOURCE.high(), SOURCE.low())
            .append(":")
            .append(5061)
            .append(";branch=z9hG4bKx");
        begin(REQUEST).requestUri("sip:bob@phone.invalid;ob")
            .decrementMaxForwards()
            .prepend(SipHeader.RECORD_ROUTE, "<sip:t1@h;lr>")
            .prepend(SipHeader.RECORD_ROUTE, "<sip:t2@h;lr>")
            .prepend(SipHeader.VIA, value)
            .append(SipHeader.P_ASSERTED_IDENTITY, "<sip:alice@example.com>")
            .append("X-More", "yes")
            .prepend("X-First", "1");
        assertThat(patch.popRoute()).isTrue();

        assertThat(written()).isEqualTo("""
            INVITE sip:bob@phone.invalid;ob SIP/2.0
            X-First: 1
            Via: SIP/2.0/WSS [2001:db8::7]:5061;branch=z9hG4bKx
            Record-Route: <sip:t2@h;lr>
            Record-Route: <sip:t1@h;lr>
            Via: SIP/2.0/UDP a.example.com;branch=z9hG4bKa, SIP/2.0/TCP b
            Max-Forwards: 69
            Via: SIP/2.0/WSS c.invalid
            Route: <sip:r2;lr>
            Route: <sip:r3;lr>
            X-Thing:   kept  as\tit is
            P-Asserted-Identity: <sip:alice@example.com>
            X-More: yes

            body""");
    }

    @Test
    void shouldPopRoutesOneByOne() {
        begin(REQUEST);
        assertThat(patch.popRoute()).isTrue();
        assertThat(patch.popRoute()).isTrue();
        assertThat(written()).contains("c.invalid\nRoute: <sip:r3;lr>\nX-Thing");
        assertThat(patch.popRoute()).isTrue();
        assertThat(written()).contains("c.invalid\nX-Thing").doesNotContain("Route");
        assertThat(patch.popRoute()).isFalse();
        assertThat(written()).contains("c.invalid\nX-Thing");
    }

    @Test
    void shouldPopViasOneByOne() {
        begin(REQUEST);
        assertThat(patch.popVia()).isTrue();
        assertThat(written()).contains("SIP/2.0\nVia: SIP/2.0/TCP b\nMax-Forwards");
        assertThat(patch.popVia()).isTrue();
        assertThat(written()).contains("SIP/2.0\nMax-Forwards: 0070\nVia: SIP/2.0/WSS c.invalid\n");
        assertThat(patch.popVia()).isTrue();
        assertThat(written()).doesNotContain("Via");
        assertThat(patch.popVia()).isFalse();
    }

    @Test
    void shouldPutAViaInPlaceOfOneThatIsPopped() {
        begin(REQUEST).prepend(SipHeader.VIA, "SIP/2.0/UDP new");
        assertThat(patch.popVia()).isTrue();
        assertThat(patch.popVia()).isTrue();
        assertThat(written()).startsWith("INVITE sip:bob@example.com SIP/2.0\nVia: SIP/2.0/UDP new\nMax-Forwards");
    }

    @Test
    void shouldNotPopWhatIsMalformed() {
        begin("BYE sip:a SIP/2.0\nVia: SIP/2.0\nRoute: <sip:a>,\n\n");
        assertThat(patch.popVia()).isFalse();
        assertThat(patch.popRoute()).isTrue();
        assertThat(patch.popRoute()).isFalse();
        assertThat(patch.fillReceived(SOURCE.high(), SOURCE.low(), 1)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"70, 69", "1, 0", "0002, 1", "255, 254", "256, 70", "x, 70"})
    void shouldDecrementMaxForwards(String before, int after) {
        begin("BYE sip:a SIP/2.0\nMax-Forwards: " + before + " \n\n").decrementMaxForwards();
        assertThat(written()).isEqualTo("BYE sip:a SIP/2.0\nMax-Forwards: " + after + " \n\n");
    }

    @Test
    void shouldAddMaxForwardsWhenThereIsNone() {
        begin("BYE sip:a SIP/2.0\nv: a\n\n").decrementMaxForwards();
        assertThat(written()).isEqualTo("BYE sip:a SIP/2.0\nv: a\nMax-Forwards: 70\n\n");
    }

    @Test
    void shouldNotSendOnWhatIsUsedUp() {
        begin("BYE sip:a SIP/2.0\nMax-Forwards: 0\n\n");
        assertThatThrownBy(patch::decrementMaxForwards).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', value = {
        "a.invalid;branch=z|a.invalid;branch=z;received=2001:db8::7",
        "a.invalid;rport;branch=z|a.invalid;rport=99;branch=z;received=2001:db8::7",
        "a.invalid;RPORT = 5;received=192.0.2.1;x|a.invalid;RPORT=99;received=2001:db8::7;x",
        "a.invalid;received;rport|a.invalid;received=2001:db8::7;rport=99",
        "[2001:db8::7]:4;branch=z|[2001:db8::7]:4;branch=z",
        "[2001:DB8:0::7];rport|[2001:DB8:0::7];rport=99;received=2001:db8::7",
        "[2001:db8::7];received=1.2.3.4|[2001:db8::7];received=2001:db8::7",
        "a , SIP/2.0/UDP b|a;received=2001:db8::7 , SIP/2.0/UDP b"})
    void shouldFillReceivedAndResponsePort(String before, String after) {
        begin("BYE sip:a SIP/2.0\nVia: SIP/2.0/UDP " + before + "\n\n");
        assertThat(patch.fillReceived(SOURCE.high(), SOURCE.low(), 99)).isTrue();
        assertThat(written()).isEqualTo("BYE sip:a SIP/2.0\nVia: SIP/2.0/UDP " + after + "\n\n");
    }

    @Test
    void shouldPopOnBehindAViaThatWasFilled() {
        begin("BYE sip:a SIP/2.0\nVia: SIP/2.0/UDP a, SIP/2.0/UDP b, SIP/2.0/UDP c\n\n");
        assertThat(patch.popVia()).isTrue();
        assertThat(patch.fillReceived(SOURCE.high(), SOURCE.low(), 99)).isTrue();
        assertThat(patch.popVia()).isTrue();
        assertThat(written()).isEqualTo("BYE sip:a SIP/2.0\nVia: SIP/2.0/UDP c\n\n");
    }

    @Test
    void shouldForgetReceivedOfAViaThatIsPopped() {
        begin("BYE sip:a SIP/2.0\nVia: SIP/2.0/UDP a\nv: SIP/2.0/UDP b\n\n");
        patch.fillReceived(SOURCE.high(), SOURCE.low(), 99);
        assertThat(patch.popVia()).isTrue();
        assertThat(written()).isEqualTo("BYE sip:a SIP/2.0\nv: SIP/2.0/UDP b\n\n");
    }

    @Test
    void shouldDropCredentialsOfOneRealmAndBearerTokens() {
        String ours = "Proxy-Authorization: Digest username=\"a\", realm=\"example.com\"\n";
        String theirs = "Proxy-Authorization: Digest realm=\"example.org\", username=\"bearer\"\n";
        String bearer = "Proxy-Authorization: Bearer abc\n";
        String bearerToo = "Proxy-Authorization: bEARER  d\n";
        String elsewhere = "Authorization: Bearer abc\n";
        begin("BYE sip:a SIP/2.0\n" + ours + theirs + bearer + elsewhere + ours + bearerToo + "\n");

        assertThat(patch.dropCredentials(SipHeader.PROXY_AUTHORIZATION, "example.com".getBytes(UTF_8))).isEqualTo(4);
        assertThat(written()).isEqualTo("BYE sip:a SIP/2.0\n" + theirs + elsewhere + "\n");
        begin("BYE sip:a SIP/2.0\n" + ours + bearer + "\n");
        assertThat(patch.dropCredentials(SipHeader.AUTHORIZATION, "example.com".getBytes(UTF_8))).isZero();
    }

    @Test
    void shouldDropAndReplaceHeaders() {
        begin("BYE sip:a SIP/2.0\nv: a\nX: 1\nk: b\nv: c\n\n").drop(SipHeader.SUPPORTED)
            .drop(1)
            .replace(SipHeader.VIA, "SIP/2.0/UDP n")
            .replace(SipHeader.REQUIRE, "path")
            .prepend(SipHeader.ROUTE, "<sip:r>");
        assertThat(written())
            .isEqualTo("BYE sip:a SIP/2.0\nRoute: <sip:r>\nVia: SIP/2.0/UDP n\nRequire: path\n\n");
    }

    @Test
    void shouldAddContentLengthForStreamsOnlyWhenItIsMissing() {
        begin(REQUEST).requireContentLength();
        assertThat(written()).contains("it is\nContent-Length: 4\n\nbody");
        begin("BYE sip:a SIP/2.0\nl: 0\n\n").requireContentLength();
        assertThat(written()).isEqualTo("BYE sip:a SIP/2.0\nl: 0\n\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nEvil: 1", "\n", "a\r", "a\0b"})
    void shouldRefuseToInjectHeaders(String evil) {
        UnsafeBuffer evilOctets = new UnsafeBuffer(evil.getBytes(UTF_8));
        begin(REQUEST);
        assertThatThrownBy(() -> patch.prepend(SipHeader.VIA, evil)).isInstanceOf(IllegalArgumentException.class)
            .hasMessageMatching("text for a SIP message has (CR|LF|NUL) at index \\d");
        assertThatThrownBy(() -> patch.append("X", evil)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> patch.append(evil, "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> patch.replace(SipHeader.ROUTE, evil)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> patch.requestUri(evil)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> patch.requestUri(evilOctets, 0, evilOctets.capacity()))
            .isInstanceOf(IllegalArgumentException.class);
        SipText text = new SipText().clear();
        assertThatThrownBy(() -> text.append(evil)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> text.appendQuoted(evil)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> text.append(evilOctets, 0, evilOctets.capacity()))
            .isInstanceOf(IllegalArgumentException.class);
        assertThat(written()).isEqualTo(REQUEST);
    }

    @Test
    void shouldRefuseWhatIsNoHeaderName() {
        begin(REQUEST);
        assertThatThrownBy(() -> patch.append("", "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> patch.append("a b", "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> patch.append("a:", "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> patch.append("ä", "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> patch.append(SipHeader.OTHER, "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldLimitEdits() {
        begin(REQUEST);
        for (int i = 0; i < 128; i++) {
            patch.append("X", "x");
        }
        assertThatThrownBy(() -> patch.append("X", "x")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldSayWhenTheTargetIsTooSmall() {
        begin(REQUEST);
        UnsafeBuffer small = new UnsafeBuffer(new byte[patch.length() - 1]);
        assertThatThrownBy(() -> patch.write(small, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void shouldWriteTextInUtf8() {
        SipText text = new SipText().clear().append("aä€𝄞\ud834").appendQuoted("\"x\\y").append(-1);
        assertThat(text).hasToString("aä€𝄞?\"\\\"x\\\\y\"-1");
        assertThat(text.clear().appendQuoted("")).hasToString("\"\"");
        IpAddress ipv4 = IpAddress.parse("192.0.2.1");
        assertThat(text.clear().appendAddress(ipv4.high(), ipv4.low())).hasToString("192.0.2.1");
        assertThat(text.clear().append(new UnsafeBuffer("xyz".getBytes(UTF_8)), 1, 2)).hasToString("y");
        assertThat(text.length()).isEqualTo(1);
    }
}
