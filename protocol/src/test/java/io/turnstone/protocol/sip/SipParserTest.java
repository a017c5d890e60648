package io.turnstone.protocol.sip;

import static io.turnstone.protocol.sip.SipSamples.parsed;
import static io.turnstone.protocol.sip.SipSamples.wire;
import static io.turnstone.protocol.sip.SipSamples.withLines;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SipParserTest {
    private final SipParser parser = new SipParser(new SipLimits(1000, 4));

    private boolean parse(String text, SipFraming framing) {
        byte[] octets = text.getBytes(ISO_8859_1);
        return parser.parse(new UnsafeBuffer(octets), 0, octets.length, framing);
    }

    private void shouldRefuse(String text, SipError error, int offset) {
        assertThat(parse(text, SipFraming.DATAGRAM)).isFalse();
        assertThat(parser.error()).isEqualTo(error);
        assertThat(parser.errorOffset()).isEqualTo(offset);
        assertThat(error.sentence()).isNotEmpty();
    }

    @Test
    void shouldIndexARequest() {
        SipMessage message = parsed("INVITE sip:bob@example.com SIP/2.0\nv: a\nX-Y : b\n c\nVIA:d\n\nbody");

        assertThat(message.isRequest()).isTrue();
        assertThat(message.isResponse()).isFalse();
        assertThat(message.isComplete()).isTrue();
        assertThat(message.method()).isEqualTo(SipMethod.INVITE);
        assertThat(message.text(message.methodStart(), message.methodEnd())).isEqualTo("INVITE");
        assertThat(message.text(message.requestUriStart(), message.requestUriEnd())).isEqualTo("sip:bob@example.com");
        assertThat(message.headerCount()).isEqualTo(3);
        assertThat(message.header(0)).isEqualTo(SipHeader.VIA);
        assertThat(message.header(1)).isEqualTo(SipHeader.OTHER);
        assertThat(message.first(SipHeader.VIA)).isZero();
        assertThat(message.next(0)).isEqualTo(2);
        assertThat(message.next(2)).isEqualTo(SipMessage.NOT_FOUND);
        assertThat(message.has(SipHeader.TO)).isFalse();
        assertThat(message.find("x-y", 0)).isEqualTo(1);
        assertThat(message.find("x-y", 2)).isEqualTo(SipMessage.NOT_FOUND);
        assertThat(message.value(1)).isEqualTo("b c");
        assertThat(message.text(message.bodyStart(), message.bodyStart() + message.bodyLength())).isEqualTo("body");
        assertThat(message).hasToString("INVITE sip:bob@example.com SIP/2.0");
    }

    @Test
    void shouldIndexAResponse() {
        SipMessage message = parsed("sip/2.0 486 Busy Here\nl: 0\n\n");

        assertThat(message.isResponse()).isTrue();
        assertThat(message.isRequest()).isFalse();
        assertThat(message.statusCode()).isEqualTo(486);
        assertThat(message.text(message.reasonStart(), message.reasonEnd())).isEqualTo("Busy Here");
        assertThat(message.bodyLength()).isZero();
    }

    @Test
    void shouldReadWhatLiesAnywhereInABuffer() {
        byte[] octets = wire("xxx\n\nBYE sip:a SIP/2.0\nl: 0\n\nyyy");
        int offset = 3;
        assertThat(parser.parse(new UnsafeBuffer(octets), offset, octets.length - 2 - offset, SipFraming.DATAGRAM))
            .isTrue();

        assertThat(parser.message().method()).isEqualTo(SipMethod.BYE);
        assertThat(parser.message().methodStart()).isEqualTo(4);
        assertThat(parser.message().bodyLength()).isZero();
    }

    @Test
    void shouldKnowEveryHeaderByItsNameInAnyCase() {
        for (SipHeader header : SipHeader.values()) {
            if (header != SipHeader.OTHER) {
                assertThat(withLines(header.fieldName() + ": 0\n").header(0)).isEqualTo(header);
                assertThat(withLines(header.fieldName().toUpperCase(Locale.ROOT) + ": 0\n").header(0))
                    .isEqualTo(header);
            }
        }
    }

    @Test
    void shouldTellANameFromOneThatDiffersInAnOctet() {
        for (SipHeader header : SipHeader.values()) {
            String name = header.fieldName();
            for (int i = 0; i < name.length(); i++) {
                for (int bit = 1; bit <= 0x80; bit <<= 1) {
                    char other = (char) (name.charAt(i) ^ bit);
                    String otherName = name.substring(0, i) + other + name.substring(i + 1);
                    parse("BYE sip:a SIP/2.0\r\n" + otherName + ": 0\r\n\r\n", SipFraming.DATAGRAM);
                    assertThat(parser.message().has(header)).as(otherName).isEqualTo(otherName.equalsIgnoreCase(name));
                }
            }
        }
    }

    @Test
    void shouldNotReadWhatIsLeftOfALongerMessage() {
        assertThat(parse("BYE sip:a SIP/2.0\r\nSubject: a\r\n\r\n: b\r\n\r\n", SipFraming.DATAGRAM)).isTrue();
        assertThat(parse("BYE sip:a SIP/2.0\r\nSubject", SipFraming.DATAGRAM)).isFalse();
        assertThat(parser.error()).isEqualTo(SipError.HEADER_NAME);
        assertThat(parser.message().has(SipHeader.SUBJECT)).isFalse();
        assertThat(parser.message().length()).isEqualTo(26);
    }

    @ParameterizedTest
    @CsvSource({"v, VIA", "F, FROM", "t, TO", "I, CALL_ID", "m, CONTACT", "l, CONTENT_LENGTH", "c, CONTENT_TYPE",
        "e, CONTENT_ENCODING", "k, SUPPORTED", "s, SUBJECT", "u, ALLOW_EVENTS", "o, EVENT", "r, REFER_TO",
        "b, REFERRED_BY", "x, SESSION_EXPIRES", "a, ACCEPT_CONTACT", "j, REJECT_CONTACT", "d, REQUEST_DISPOSITION",
        "y, IDENTITY", "z, OTHER", "!, OTHER", "Viaa, OTHER"})
    void shouldKnowCompactForms(String name, SipHeader header) {
        assertThat(withLines(name + ": 0\n").header(0)).isEqualTo(header);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "INVITE",
        "INVITE sip:a",
        "INVITE sip:a SIP",
        "INVITE sip:a SIP/2",
        "INVITE sip:a SIP/2.",
        "INVITE sip:a SIP/.0",
        "INVITE sip:a HTTP/1.1",
        "INVITE  sip:a SIP/2.0",
        "INVITE sip:a  SIP/2.0",
        "INVITE sip:a SIP/2.0 ",
        "INVITE\tsip:a\tSIP/2.0",
        "INVITE sip:a\"b SIP/2.0",
        "INVITE <sip:a> SIP/2.0",
        "IN<VITE sip:a SIP/2.0",
        " INVITE sip:a SIP/2.0"})
    void shouldRefuseWhatIsNoStartLine(String line) {
        assertThat(parse(line + "\r\nv: a\r\n\r\n", SipFraming.DATAGRAM)).isFalse();
        assertThat(parser.error()).isEqualTo(SipError.START_LINE);
        assertThat(parser.message().isComplete()).isTrue();
        assertThat(parser.message().has(SipHeader.VIA)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SIP/2.0 99 x", "SIP/2.0 700 x", "SIP/2.0 0200 x", "SIP/2.0 20 x", "SIP/2.0 2000 x",
        "SIP/2.0  200 x", "SIP/2.0 200x", "SIP/2.0 abc x", "SIP/2.0 4294967496 x", "SIP/2.0"})
    void shouldRefuseAWrongStatusCode(String line) {
        assertThat(parse(line + "\r\n\r\n", SipFraming.DATAGRAM)).isFalse();
        assertThat(parser.error()).isEqualTo(SipError.STATUS_CODE);
        assertThat(parser.message().isResponse()).isFalse();
    }

    @Test
    void shouldAcceptAStatusLineWithoutReason() {
        assertThat(parse("SIP/2.0 200\r\n\r\n", SipFraming.DATAGRAM)).isTrue();
        assertThat(parse("SIP/2.0 200 \r\n\r\n", SipFraming.DATAGRAM)).isTrue();
    }

    @Test
    void shouldTellAnotherVersionFromNone() {
        shouldRefuse("BYE sip:a SIP/3.0\r\n\r\n", SipError.VERSION, 10);
        shouldRefuse("SIP/7.10 200 OK\r\n\r\n", SipError.VERSION, 0);
    }

    @Test
    void shouldRefuseLinesThatTwoElementsCouldReadDifferently() {
        shouldRefuse("BYE sip:a SIP/2.0\r\nv: a\nt: b\r\n\r\n", SipError.LINE_END, 23);
        shouldRefuse("BYE sip:a SIP/2.0\r\nv: a\rt: b\r\n\r\n", SipError.LINE_END, 23);
        shouldRefuse("BYE sip:a SIP/2.0\nv: a\r\n\r\n", SipError.LINE_END, 17);
        shouldRefuse("BYE sip:a SIP/2.0\r\n\n", SipError.HEADER_NAME, 19);
        shouldRefuse("BYE sip:a SIP/2.0\r\nv: a\\\r\r\n\r\n", SipError.LINE_END, 24);
    }

    @Test
    void shouldRefuseControlCharactersButInQuotedPairs() {
        shouldRefuse("BYE sip:a SIP/2.0\r\nv: a\0b\r\n\r\n", SipError.CONTROL_CHARACTER, 23);
        shouldRefuse("BYE sip:a SIP/2.0\r\nv: a\u007fb\r\n\r\n", SipError.CONTROL_CHARACTER, 23);
        shouldRefuse("BYE sip:a SIP/2.0\r\nv: \"a\\\\\u0001b\"\r\n\r\n", SipError.CONTROL_CHARACTER, 26);
        assertThat(parse("BYE sip:a SIP/2.0\r\nv: \"a\\\0\tb\\\\\\\u0001\"\r\n\r\n", SipFraming.DATAGRAM)).isTrue();
        assertThat(parser.message().isComplete()).isTrue();
    }

    @Test
    void shouldGoOnBehindALineThatIsNoHeader() {
        shouldRefuse("BYE sip:a SIP/2.0\r\nno colon\r\nv: a\r\n\r\n", SipError.HEADER_NAME, 22);
        assertThat(parser.message().has(SipHeader.VIA)).isTrue();
        shouldRefuse("BYE sip:a SIP/2.0\r\n: a\r\nv: a\r\n\r\n", SipError.HEADER_NAME, 19);
        shouldRefuse("BYE sip:a SIP/2.0\r\n v: a\r\n\r\n", SipError.HEADER_NAME, 20);
        shouldRefuse("BYE sip:a SIP/2.0\r\nV\u00e9a: a\r\n\r\n", SipError.HEADER_NAME, 20);
        shouldRefuse("BYE sip:a SIP/2.0\r\nTo\0: a\r\nv: a\r\n\r\n", SipError.HEADER_NAME, 21);
        assertThat(parser.message().has(SipHeader.TO)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n", "BYE sip:a SIP/2.0", "BYE sip:a SIP/2.0\r\n", "BYE sip:a SIP/2.0\r\nv: a",
        "BYE sip:a SIP/2.0\r\nv: a\r\n", "BYE sip:a SIP/2.0\r\nv: a\r\n b\r\n"})
    void shouldRefuseWhatHasNoEmptyLine(String text) {
        shouldRefuse(text, SipError.HEADERS_UNTERMINATED, text.length());
        assertThat(parser.message().isComplete()).isFalse();
    }

    @Test
    void shouldHaveLimits() {
        shouldRefuse("BYE sip:a SIP/2.0\r\nv: a\r\nv: a\r\nv: a\r\nv: a\r\nv: a\r\n\r\n", SipError.TOO_MANY_HEADERS,
            43);
        shouldRefuse("x".repeat(1001), SipError.MESSAGE_TOO_LONG, 1000);
        assertThat(parse("BYE sip:a SIP/2.0\r\nv: a\r\nv: a\r\nv: a\r\nv: a\r\n\r\n", SipFraming.DATAGRAM)).isTrue();
    }

    @Test
    void shouldEndTheBodyByContentLength() {
        assertThat(parse("BYE sip:a SIP/2.0\r\nl: 3\r\n\r\nbodyandmore", SipFraming.DATAGRAM)).isTrue();
        assertThat(parser.message().bodyLength()).isEqualTo(3);
        assertThat(parser.message().length()).isEqualTo(30);
        assertThat(parse("BYE sip:a SIP/2.0\r\n\r\nbody", SipFraming.DATAGRAM)).isTrue();
        assertThat(parser.message().bodyLength()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({"l: -1, CONTENT_LENGTH", "l: five, CONTENT_LENGTH", "l:, CONTENT_LENGTH", "l: 1 2, CONTENT_LENGTH",
        "l: 99999999999999999999, CONTENT_LENGTH", "l: 2147483648, CONTENT_LENGTH", "l: 5, BODY_TRUNCATED",
        "l: 2147483647, BODY_TRUNCATED"})
    void shouldRefuseAWrongContentLength(String line, SipError error) {
        assertThat(parse("BYE sip:a SIP/2.0\r\nv: a\r\n" + line + "\r\n\r\nbody", SipFraming.DATAGRAM)).isFalse();
        assertThat(parser.error()).isEqualTo(error);
        assertThat(parser.message().isComplete()).isTrue();
    }

    @Test
    void shouldRefuseTwoContentLengthsEvenIfTheyAgree() {
        shouldRefuse("BYE sip:a SIP/2.0\r\nl: 4\r\nl: 4\r\n\r\nbody", SipError.CONTENT_LENGTH_REPEATED, 25);
    }

    @Test
    void shouldRequireContentLengthOnStreams() {
        assertThat(parse("BYE sip:a SIP/2.0\r\nv: a\r\n\r\n", SipFraming.STREAM)).isFalse();
        assertThat(parser.error()).isEqualTo(SipError.CONTENT_LENGTH_MISSING);
        assertThat(parse("BYE sip:a SIP/2.0\r\nl: 0\r\n\r\n", SipFraming.STREAM)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "70, 70", "0068, 68", "255, 255", "256, -2", "-1, -2", "x, -2", "'', -2"})
    void shouldReadMaxForwards(String value, int expected) {
        assertThat(withLines("Max-Forwards: " + value + "\n").maxForwards()).isEqualTo(expected);
        assertThat(withLines("v: a\n").maxForwards()).isEqualTo(SipMessage.NOT_FOUND);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "3600, 3600", "4294967295, 4294967295", "4294967296, -2", "1e3, -2"})
    void shouldReadExpires(String value, long expected) {
        assertThat(withLines("Expires: " + value + "\n").expires()).isEqualTo(expected);
    }

    @Test
    void shouldForgetTheMessageBefore() {
        parse("BYE sip:a SIP/2.0\r\nv: a\r\nt: b\r\n\r\nbody", SipFraming.DATAGRAM);
        parse("SIP/2.0 200 OK\r\n\r\n", SipFraming.DATAGRAM);

        assertThat(parser.message().has(SipHeader.VIA)).isFalse();
        assertThat(parser.message().isRequest()).isFalse();
        assertThat(parser.message().headerCount()).isZero();
        assertThat(parser.error()).isEqualTo(SipError.NONE);
    }
}
