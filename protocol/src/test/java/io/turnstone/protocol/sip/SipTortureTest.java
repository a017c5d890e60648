package io.turnstone.protocol.sip;

import static io.turnstone.protocol.sip.SipSamples.torture;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.sip.Judgement.Verdict;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every message of RFC 4475 §3 and RFC 5118 §4, and what is to be done with it. Where the RFC leaves a choice between 400
 * and guessing, this is 400: two elements that guess differently are a hole.
 */
class SipTortureTest {
    private static final String RFC_4475 = "rfc4475";
    private static final String RFC_5118 = "rfc5118";

    private final SipParser parser = new SipParser(SipLimits.DEFAULT);
    private final Judgement judgement = new Judgement(true, List.of());
    private final SipAddress address = new SipAddress();
    private final Via via = new Via();
    private final Contact contact = new Contact();
    private final SipUri uri = new SipUri();

    private SipMessage parse(String rfc, String name) {
        byte[] octets = torture(rfc, name);
        parser.parse(new UnsafeBuffer(octets), 0, octets.length, SipFraming.DATAGRAM);
        judgement.judge(parser);
        return parser.message();
    }

    private SipMessage accepted(String rfc, String name) {
        SipMessage message = parse(rfc, name);
        assertThat(judgement.verdict()).as("%s at %d", judgement.error(), judgement.errorOffset())
            .isEqualTo(Verdict.ACCEPT);
        return message;
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        // 3.1.1 valid messages
        "wsinv", "intmeth", "esc01", "escnull", "esc02", "lwsdisp", "longreq", "dblreq", "semiuri", "transports",
        "mpart01", "unreason", "noreason",
        // 3.1.2.12: Date is none of a proxy's business
        "baddate",
        // 3.3: for a proxy all is well with them
        "unksm2", "invut", "regaut01", "cparam01", "cparam02", "regescrt", "sdp01",
        // 3.4.1: no branch, From tag, Max-Forwards and Content-Length
        "inv2543"})
    void shouldAccept(String name) {
        SipMessage message = accepted(RFC_4475, name);

        assertThat(parser.error()).isEqualTo(SipError.NONE);
        assertThat(judgement.error()).isEqualTo(SipError.NONE);
        shouldCopyUnchanged(message, torture(RFC_4475, name));
    }

    private static void shouldCopyUnchanged(SipMessage message, byte[] octets) {
        UnsafeBuffer copy = new UnsafeBuffer(new byte[octets.length]);
        int length = new SipPatch().begin(message).write(copy, 0);
        assertThat(length).isEqualTo(message.length());
        assertThat(Arrays.copyOf(copy.byteArray(), length)).isEqualTo(Arrays.copyOf(octets, length));
    }

    @ParameterizedTest(name = "{0}: {1} {2}")
    @CsvSource({
        // 3.1.2 invalid messages
        "badinv01, 400, PARAMETER",
        "clerr, 400, BODY_TRUNCATED",
        "ncl, 400, CONTENT_LENGTH",
        "scalar02, 400, NUMBER",
        "quotbal, 400, QUOTED_STRING",
        "ltgtruri, 400, START_LINE",
        "lwsruri, 400, START_LINE",
        "lwsstart, 400, START_LINE",
        "trws, 400, START_LINE",
        "escruri, 400, URI_HEADERS",
        "badaspec, 400, URI_CHARACTER",
        "baddn, 400, DISPLAY_NAME",
        "badvers, 505, VERSION",
        "mismatch01, 400, METHOD_MISMATCH",
        "mismatch02, 501, METHOD_MISMATCH",
        // 3.2.1
        "badbranch, 400, BRANCH",
        // 3.3 application-layer semantics
        "insuf, 400, HEADER_MISSING",
        "unkscm, 416, UNSUPPORTED_SCHEME",
        "novelsc, 416, UNSUPPORTED_SCHEME",
        "bext01, 420, UNSUPPORTED_EXTENSION",
        "multi01, 400, HEADER_REPEATED",
        "mcl01, 400, CONTENT_LENGTH_REPEATED",
        "zeromf, 483, MAX_FORWARDS_ZERO"})
    void shouldAnswer(String name, int status, SipError error) {
        SipMessage message = parse(RFC_4475, name);

        assertThat(judgement.verdict()).isEqualTo(Verdict.ANSWER);
        assertThat(judgement.statusCode()).isEqualTo(status);
        assertThat(judgement.error()).isEqualTo(error);
        assertThat(judgement.errorOffset()).isBetween(0, torture(RFC_4475, name).length);
        UnsafeBuffer answer = new UnsafeBuffer(new byte[2000]);
        int length = new SipResponseWriter().begin(answer, 0, message, status, "t").end();
        assertThat(SipSamples.text(answer, 0, length)).startsWith("SIP/2.0 " + status + " ");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"scalarlg, NUMBER", "bigcode, STATUS_CODE", "bcast, RESPONSE_ADDRESS"})
    void shouldDropResponses(String name, SipError error) {
        parse(RFC_4475, name);

        assertThat(judgement.verdict()).isEqualTo(Verdict.DROP);
        assertThat(judgement.error()).isEqualTo(error);
    }

    @ParameterizedTest(name = "{0}: {1} {2}")
    @CsvSource({
        "unksm2, 400, NOT_AN_ADDRESS_OF_RECORD",
        "regbadct, 400, BRACKETS"})
    void shouldRefuseRegistration(String name, int status, SipError error) {
        SipMessage message = accepted(RFC_4475, name);

        assertThat(judgement.judgeRegistration(message)).isEqualTo(Verdict.ANSWER);
        assertThat(judgement.statusCode()).isEqualTo(status);
        assertThat(judgement.error()).isEqualTo(error);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"escnull", "dblreq", "regaut01", "cparam01", "cparam02", "regescrt"})
    void shouldAcceptRegistration(String name) {
        assertThat(judgement.judgeRegistration(accepted(RFC_4475, name))).isEqualTo(Verdict.ACCEPT);
    }

    @Test
    void shouldCoverEveryMessage() {
        assertThat(SipSamples.RFC_4475).hasSize(49);
        assertThat(SipSamples.RFC_5118).hasSize(12);
    }

    @Test
    void shouldBreakAStreamWhereTheLengthIsNotKnown() {
        for (String name : List.of("ncl", "mcl01", "inv2543")) {
            byte[] octets = torture(RFC_4475, name);
            SipFramer framer = new SipFramer(SipLimits.DEFAULT);
            assertThat(framer.next(new UnsafeBuffer(octets), 0, octets.length)).isEqualTo(SipFramer.Frame.BROKEN);
        }
        byte[] longer = torture(RFC_4475, "clerr");
        assertThat(new SipFramer(SipLimits.DEFAULT).next(new UnsafeBuffer(longer), 0, longer.length))
            .isEqualTo(SipFramer.Frame.INCOMPLETE);
    }

    /** 3.1.1.1 */
    @Test
    void shouldReadTheTortuousInvite() {
        SipMessage message = accepted(RFC_4475, "wsinv");

        assertThat(message.maxForwards()).isEqualTo(68);
        assertThat(message.bodyLength()).isEqualTo(150);
        assertThat(judgement.cseq().number()).isEqualTo(9);
        assertThat(judgement.to().tag()).isEqualTo("1918181833n");
        assertThat(judgement.from().tag()).isEqualTo("98asjd8");
        assertThat(judgement.from().displayName()).isEqualTo("J Rosenberg \\\"");
        assertThat(judgement.requestUri().parameters().has("unknownparam")).isTrue();
        assertThat(via.first(message)).isTrue();
        assertThat(via.branch()).isEqualTo("390skdjuw");
        assertThat(via.hasMagicCookie()).isFalse();
        assertThat(via.isSip2()).isTrue();
        assertThat(via.next()).isTrue();
        assertThat(via.transport()).isEqualTo(SipTransport.TCP);
        assertThat(via.host()).isEqualTo("spindle.example.com");
        assertThat(via.next()).isTrue();
        assertThat(via.branch()).isEqualTo("z9hG4bK30239");
        assertThat(via.next()).isFalse();
        assertThat(via.count(message)).isEqualTo(3);
        assertThat(contact.first(message)).isTrue();
        assertThat(contact.quality()).isEqualTo(330);
        assertThat(contact.address().displayName()).isEqualTo("Quoted string \"\"");
        assertThat(message.value(message.first(SipHeader.SUBJECT))).isEmpty();
        assertThat(message.value(message.find("newfangledheader", 0)))
            .isEqualTo("newfangled value continued newfangled value");
    }

    /** 3.1.1.2 */
    @Test
    void shouldReadTheWideRangeOfCharacters() {
        SipMessage message = accepted(RFC_4475, "intmeth");

        assertThat(message.method()).isEqualTo(SipMethod.OTHER);
        assertThat(judgement.requestUri().user()).isEqualTo("1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*");
        assertThat(judgement.requestUri().passwordStart()).isPositive();
        assertThat(judgement.to().displayName()).isEqualTo("BEL:\u0007 NUL:\0 DEL:\u007f");
        assertThat(judgement.from().displayName()).isEqualTo("token1~` token2'+_ token3*%!.-");
        assertThat(judgement.from().tag()).isEqualTo("_token~1'+`*%!-.");
        int parameter = judgement.from().parameters().find("fromparam''~+*_!.-%");
        assertThat(judgement.from().parameters().value(parameter)).isEqualTo("работающий");
        assertThat(via.first(message)).isTrue();
        assertThat(via.branch()).isEqualTo("z9hG4bK-.!%66*_+`'~");
        assertThat(message.value(message.find("extensionheader-!.%*+_`'~", 0))).isEqualTo("\ufeff大停電");
    }

    /** 3.1.1.3 to 3.1.1.5 */
    @Test
    void shouldResolveEscapesOnceAndOnlyInUris() {
        SipMessage escaped = accepted(RFC_4475, "esc01");
        assertThat(judgement.requestUri().user()).isEqualTo("sips:user@example.com");
        assertThat(contact.first(escaped)).isTrue();
        assertThat(contact.address().decodeUri()).isTrue();
        assertThat(contact.address().uri().user()).isEqualTo("caller");
        assertThat(contact.address().uri().isLooseRouter()).isTrue();
        assertThat(contact.address().uri().parameter("name")).isEqualTo("value%41");

        SipMessage zero = accepted(RFC_4475, "escnull");
        assertThat(judgement.to().decodeUri()).isTrue();
        assertThat(judgement.to().uri().user()).isEqualTo("null-\0-null");
        assertThat(contact.first(zero)).isTrue();
        assertThat(contact.address().decodeUri()).isTrue();
        assertThat(contact.next()).isTrue();
        SipAddress second = new SipAddress();
        assertThat(second.first(zero, SipHeader.CONTACT) && second.decodeUri()).isTrue();
        assertThat(contact.address().decodeUri()).isTrue();
        assertThat(UriComparison.areEquivalent(contact.address().uri(), second.uri())).isFalse();

        SipMessage none = accepted(RFC_4475, "esc02");
        assertThat(none.method()).isEqualTo(SipMethod.OTHER);
        assertThat(judgement.to().displayName()).isEqualTo("%Z%45");
        assertThat(address.first(none, SipHeader.CONTACT)).isTrue();
        assertThat(address.next()).isTrue();
        assertThat(address.uriText()).isEqualTo("sip:alias3@host3.example.com");
        assertThat(address.next()).isFalse();
    }

    /** 3.1.1.6, 3.1.1.7, 3.1.1.9, 3.1.1.10 */
    @Test
    void shouldReadNamesListsAndUsers() {
        accepted(RFC_4475, "lwsdisp");
        assertThat(judgement.from().displayName()).isEqualTo("caller");

        SipMessage longer = accepted(RFC_4475, "longreq");
        assertThat(via.count(longer)).isEqualTo(34);
        assertThat(judgement.from().tag()).hasSize(2 + 150 + 3);
        assertThat(judgement.to().displayName()).endsWith("extreme proportion");

        accepted(RFC_4475, "semiuri");
        assertThat(judgement.requestUri().user()).isEqualTo("user;par=u@example.net");
        assertThat(judgement.requestUri().parameters().count()).isZero();

        SipMessage transports = accepted(RFC_4475, "transports");
        assertThat(via.count(transports)).isEqualTo(5);
        assertThat(via.first(transports)).isTrue();
        for (int i = 0; i < 3; i++) {
            assertThat(via.next()).isTrue();
        }
        assertThat(via.transport()).isEqualTo(SipTransport.OTHER);
        assertThat(transports.text(via.transportStart(), via.transportEnd())).isEqualTo("UNKNOWN");
    }

    /** 3.1.1.8, 3.1.1.11 to 3.1.1.13, 3.4.1 */
    @Test
    void shouldFindTheBodyAndTheReason() {
        assertThat(accepted(RFC_4475, "dblreq").bodyLength()).isZero();
        SipMessage multipart = accepted(RFC_4475, "mpart01");
        assertThat(multipart.bodyLength()).isEqualTo(553);
        assertThat(multipart.buffer().getByte(multipart.bodyStart())).isEqualTo((byte) '-');
        SipMessage unusual = accepted(RFC_4475, "unreason");
        assertThat(unusual.text(unusual.reasonStart(), unusual.reasonEnd()))
            .startsWith("= 2**3 * 5**2 но сто")
            .isEqualTo(new String(unusual.text(unusual.reasonStart(), unusual.reasonEnd()).getBytes(UTF_8), UTF_8));
        SipMessage none = accepted(RFC_4475, "noreason");
        assertThat(none.reasonEnd() - none.reasonStart()).isZero();
        assertThat(accepted(RFC_4475, "inv2543").bodyLength()).isPositive();
        assertThat(judgement.from().hasTag()).isFalse();
    }

    /** 3.3.5 */
    @Test
    void shouldListWhatIsNotSupported() {
        SipMessage message = parse(RFC_4475, "bext01");
        assertThat(judgement.unsupported().token()).isEqualTo("noProxiesSupportThis");
        assertThat(judgement.nextUnsupported()).isTrue();
        assertThat(judgement.unsupported().token()).isEqualTo("norDoAnyProxiesSupportThis");
        assertThat(judgement.nextUnsupported()).isFalse();

        assertThat(judgement.judgeRequire(message, "nothingsupportsthis")).isEqualTo(Verdict.ANSWER);
        assertThat(judgement.statusCode()).isEqualTo(420);
        assertThat(judgement.unsupported().token()).isEqualTo("nothingSupportsThisEither");
    }

    /** 3.3.12 to 3.3.14 */
    @Test
    void shouldTellParametersOfContactFromThoseOfItsUri() {
        assertThat(contact.first(accepted(RFC_4475, "cparam01"))).isTrue();
        assertThat(contact.address().parameters().has("unknownparam")).isTrue();
        assertThat(contact.address().uriText()).isEqualTo("sip:+19725552222@gw1.example.net");
        assertThat(contact.first(accepted(RFC_4475, "cparam02"))).isTrue();
        assertThat(contact.address().parameters().has("unknownparam")).isFalse();
        assertThat(contact.address().decodeUri()).isTrue();
        assertThat(contact.address().uri().parameters().has("unknownparam")).isTrue();
        assertThat(contact.first(accepted(RFC_4475, "regescrt"))).isTrue();
        assertThat(contact.address().decodeUri()).isTrue();
        assertThat(contact.address().uri().headersStart()).isPositive();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"ipv6-good", "port-ambiguous", "port-unambiguous", "via-received-param-with-delim",
        "via-received-param-no-delim", "ipv6-in-sdp", "mult-ip-in-header", "mult-ip-in-sdp", "ipv4-mapped-ipv6",
        "ipv6-bug-abnf-3-colons", "ipv6-correct-abnf-2-colons"})
    void shouldAcceptIpv6(String name) {
        shouldCopyUnchanged(accepted(RFC_5118, name), torture(RFC_5118, name));
    }

    /** RFC 5118 §4.2 */
    @Test
    void shouldRefuseIpv6WithoutBrackets() {
        parse(RFC_5118, "ipv6-bad");
        assertThat(judgement.statusCode()).isEqualTo(400);
        assertThat(judgement.error()).isEqualTo(SipError.HOST);
    }

    /** RFC 5118 §4.3 to §4.10 */
    @Test
    void shouldReadIpv6() {
        accepted(RFC_5118, "port-ambiguous");
        shouldBe(judgement.requestUri(), "2001:db8::10:5070", SipUri.NOT_FOUND);
        accepted(RFC_5118, "port-unambiguous");
        shouldBe(judgement.requestUri(), "2001:db8::10", 5070);
        for (String name : List.of("via-received-param-with-delim", "via-received-param-no-delim")) {
            assertThat(via.first(accepted(RFC_5118, name)) && via.decodeReceived()).isTrue();
            assertThat(new IpAddress(via.receivedHigh(), via.receivedLow()))
                .isEqualTo(IpAddress.parse("2001:db8::9:255"));
        }
        SipMessage mixed = accepted(RFC_5118, "mult-ip-in-header");
        assertThat(via.first(mixed)).isTrue();
        assertThat(via.port()).isEqualTo(6050);
        assertThat(via.next()).isTrue();
        assertThat(via.next()).isTrue();
        assertThat(via.decodeReceived()).isTrue();
        assertThat(IpAddress.isIpv4(via.receivedHigh(), via.receivedLow())).isTrue();
        assertThat(via.first(accepted(RFC_5118, "ipv4-mapped-ipv6"))).isTrue();
        assertThat(new IpAddress(via.hostHigh(), via.hostLow())).isEqualTo(IpAddress.parse("192.0.2.10"));
        for (String name : List.of("ipv6-bug-abnf-3-colons", "ipv6-correct-abnf-2-colons")) {
            accepted(RFC_5118, name);
            shouldBe(judgement.requestUri(), "2001:db8::c000:201", SipUri.NOT_FOUND);
        }
    }

    private void shouldBe(SipUri expected, String host, int port) {
        assertThat(uri.wrap(expected.octets(), expected.start(), expected.end())).isTrue();
        assertThat(new IpAddress(uri.hostHigh(), uri.hostLow())).isEqualTo(IpAddress.parse(host));
        assertThat(uri.port()).isEqualTo(port);
    }
}
