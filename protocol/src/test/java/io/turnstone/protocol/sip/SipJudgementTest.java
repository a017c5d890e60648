package io.turnstone.protocol.sip;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.sip.Judgement.Verdict;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the torture messages do not have. */
class SipJudgementTest {
    private static final String GOOD = """
        INVITE sip:bob@example.com SIP/2.0
        Via: SIP/2.0/WSS a.invalid;branch=z9hG4bKa
        To: <sip:bob@example.com>
        From: <sip:alice@example.com>;tag=1
        Call-ID: a@b
        CSeq: 1 INVITE
        """;

    private final SipParser parser = new SipParser(SipLimits.DEFAULT);
    private final Judgement judgement = new Judgement(false, List.of("Sec-Agree"));

    private Verdict judge(String text) {
        UnsafeBuffer buffer = SipSamples.buffer(text);
        parser.parse(buffer, 0, buffer.capacity(), SipFraming.DATAGRAM);
        return judgement.judge(parser);
    }

    @Test
    void shouldAcceptAndLeaveTheViewsFilled() {
        assertThat(judge(GOOD + "Proxy-Require: sec-agree\nRoute: <sip:r;lr>, <sip:s>\n\n")).isEqualTo(Verdict.ACCEPT);
        assertThat(judgement.statusCode()).isZero();
        assertThat(judgement.via().branch()).isEqualTo("z9hG4bKa");
        assertThat(judgement.requestUri().host()).isEqualTo("example.com");
        assertThat(judgement.from().tag()).isEqualTo("1");
        assertThat(judgement.to().hasTag()).isFalse();
        assertThat(judgement.cseq().method()).isEqualTo(SipMethod.INVITE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "Via: SIP/2.0/UDP|400|SENT_PROTOCOL", "Via: SIP/2.0/UDP b,|400|EMPTY_ELEMENT", "To: sip:a|400|HEADER_REPEATED",
        "i: a|400|HEADER_REPEATED", "CSeq: 1 INVITE|400|HEADER_REPEATED", "Max-Forwards: x|400|NUMBER",
        "Max-Forwards:|400|NUMBER", "Max-Forwards: 0|483|MAX_FORWARDS_ZERO", "Route: sip:r;lr|400|BRACKETS",
        "Route: <sip:r;;lr>|400|PARAMETER", "Route:|400|EMPTY_ELEMENT", "Proxy-Require: a|420|UNSUPPORTED_EXTENSION",
        "Proxy-Require: sec-agree, b|420|UNSUPPORTED_EXTENSION", "Proxy-Require: a b|400|UNEXPECTED_TEXT",
        "Proxy-Require: sec-agree,|400|EMPTY_ELEMENT", "no header|400|HEADER_NAME"})
    void shouldAnswer(String line, int status, SipError error) {
        assertThat(judge(GOOD + line + "\n\n")).isEqualTo(Verdict.ANSWER);
        assertThat(judgement.statusCode()).isEqualTo(status);
        assertThat(judgement.error()).isEqualTo(error);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"Call-ID: a@b|Call-ID: a b", "Call-ID: a@b|Call-ID: a@", "Call-ID: a@b|i:",
        "Call-ID: a@b|i: a@b@c", "sip:bob@example.com SIP|sip:bob@ SIP", "sip:bob@example.com SIP|nothing SIP",
        "tag=1|tag=", "CSeq: 1|CSeq: x"})
    void shouldAnswer400(String before, String after) {
        assertThat(judge(GOOD.replace(before, after) + "\n")).isEqualTo(Verdict.ANSWER);
        assertThat(judgement.statusCode()).isEqualTo(400);
    }

    @Test
    void shouldServeTelOnlyWhenItIsTold() {
        String tel = GOOD.replace("sip:bob@example.com SIP", "tel:+12015550123 SIP") + "\n";
        assertThat(judge(tel)).isEqualTo(Verdict.ANSWER);
        assertThat(judgement.statusCode()).isEqualTo(416);
        judge(tel);
        assertThat(new Judgement(true, List.of()).judge(parser)).isEqualTo(Verdict.ACCEPT);
    }

    @Test
    void shouldNeverAnswerAnAckOrWhatIsCutShort() {
        String ack = GOOD.replace("INVITE", "ACK") + "Max-Forwards: 0\n\n";
        assertThat(judge(ack)).isEqualTo(Verdict.DROP);
        assertThat(judge(GOOD)).isEqualTo(Verdict.DROP);
        assertThat(judge("\n\n")).isEqualTo(Verdict.DROP);
        assertThat(judge(GOOD.replaceFirst("Via.*\n", "") + "\n")).isEqualTo(Verdict.DROP);
        assertThat(judgement.statusCode()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "a.invalid|ACCEPT", "192.0.2.1|ACCEPT", "[2001:db8::1]|ACCEPT", "255.255.255.255|DROP", "0.0.0.0|DROP",
        "224.0.0.1|DROP", "[ff02::1]|DROP", "[::]|DROP", "[::ffff:255.255.255.255]|DROP",
        "255.255.255.255;received=192.0.2.1|ACCEPT", "a;received=239.1.1.1|DROP", "a;maddr=239.1.1.1|ACCEPT",
        "a;maddr=255.255.255.255|DROP", "a;maddr=b.example|ACCEPT", "a;maddr=0.0.0.0|DROP"})
    void shouldNotBeAimedAtMany(String sentBy, Verdict verdict) {
        String response = GOOD.replaceFirst("INVITE.*\n", "SIP/2.0 200 OK\n");
        assertThat(judge(response + "\n")).isEqualTo(Verdict.ACCEPT);
        assertThat(judge(response + "v: SIP/2.0/UDP " + sentBy + "\n\n")).isEqualTo(verdict);
        assertThat(judge(response.replace(".invalid;", ".invalid, SIP/2.0/UDP " + sentBy + ",SIP/2.0/UDP x;") + "\n"))
            .isEqualTo(verdict);
    }

    @Test
    void shouldRefuseARegistrationWithMalformedContacts() {
        judge(GOOD + "Contact: <sip:a>, <sip:b;;>\n\n");
        assertThat(judgement.judgeRegistration(parser.message())).isEqualTo(Verdict.ANSWER);
        assertThat(judgement.statusCode()).isEqualTo(400);
        judge(GOOD + "Contact: *\n\n");
        assertThat(judgement.judgeRegistration(parser.message())).isEqualTo(Verdict.ACCEPT);
        judge(GOOD + "Contact: *, <sip:a>\n\n");
        assertThat(judgement.judgeRegistration(parser.message())).isEqualTo(Verdict.ANSWER);
        judge(GOOD.replace("To: <sip:bob@example.com>", "To: <sip:bob@>") + "\n");
        assertThat(judgement.judgeRegistration(parser.message())).isEqualTo(Verdict.ANSWER);
    }
}
