package io.turnstone.protocol.sip;

import static io.turnstone.protocol.sip.SipSamples.buffer;
import static io.turnstone.protocol.sip.SipSamples.withLines;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.net.IpAddress;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The views of single header fields. */
class SipViewsTest {
    private final Via via = new Via();
    private final SipAddress address = new SipAddress();
    private final Contact contact = new Contact();
    private final CSeq cseq = new CSeq();
    private final SipValue value = new SipValue();
    private final TokenList tokens = new TokenList();
    private final DigestParameters digest = new DigestParameters();

    @Test
    void shouldReadAVia() {
        SipMessage message = withLines("Via: SIP / 2.0 / UDP\n [2001:db8::9] : 5070 ;branch=z9hG4bKa;rport;ttl=16"
            + ";received=192.0.2.1;x=\"a,b;c\" ,SIP/2.0/WSS a.invalid\nv: SIP/2.0/TCP b:1;rport=7\n");

        assertThat(via.first(message)).isTrue();
        assertThat(via.isSip2()).isTrue();
        assertThat(via.isOnly(message)).isFalse();
        assertThat(via.transport()).isEqualTo(SipTransport.UDP);
        assertThat(via.transport().isReliable()).isFalse();
        assertThat(via.host()).isEqualTo("2001:db8::9");
        assertThat(new IpAddress(via.hostHigh(), via.hostLow())).isEqualTo(IpAddress.parse("2001:db8::9"));
        assertThat(via.port()).isEqualTo(5070);
        assertThat(via.branch()).isEqualTo("z9hG4bKa");
        assertThat(via.hasMagicCookie()).isTrue();
        assertThat(via.isBranchEmpty()).isFalse();
        assertThat(via.hasResponsePort()).isTrue();
        assertThat(via.responsePort()).isEqualTo(Via.NOT_FOUND);
        assertThat(via.timeToLive()).isEqualTo(16);
        assertThat(via.decodeReceived()).isTrue();
        assertThat(via.parameters().value(via.parameters().find("x"))).isEqualTo("a,b;c");
        assertThat(via.next()).isTrue();
        assertThat(via.transport().isSecure()).isTrue();
        assertThat(via.branch()).isEmpty();
        assertThat(via.hasMagicCookie()).isFalse();
        assertThat(via.decodeReceived()).isFalse();
        assertThat(message.text(via.start(), via.end())).isEqualTo("SIP/2.0/WSS a.invalid");
        assertThat(via.next()).isTrue();
        assertThat(via.row()).isEqualTo(1);
        assertThat(via.responsePort()).isEqualTo(7);
        assertThat(via.next()).isFalse();
        assertThat(via.next()).isFalse();
        assertThat(via.error()).isEqualTo(SipError.NONE);
        assertThat(via.count(message)).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', value = {
        "``|EMPTY_ELEMENT", "SIP/2.0/UDP|SENT_PROTOCOL", "SIP/2.0 a|SENT_PROTOCOL", "SIP/2.0/ a|SENT_PROTOCOL",
        "SIP//UDP a|SENT_PROTOCOL", "SIP/2.0/UDP ;a|HOST", "SIP/2.0/UDP a:|PORT", "SIP/2.0/UDP a;|PARAMETER",
        "SIP/2.0/UDP a;branch=|PARAMETER", "SIP/2.0/UDP a;x=\"y|QUOTED_STRING", "SIP/2.0/UDP a b|UNEXPECTED_TEXT",
        "SIP/2.0/UDP a;b;B=c|PARAMETER_REPEATED", "SIP/2.0/UDP a/b|UNEXPECTED_TEXT", "SIP/2.0/UDP a;b=@|PARAMETER",
        ",SIP/2.0/UDP a|EMPTY_ELEMENT"})
    void shouldRefuseAVia(String value, SipError error) {
        assertThat(via.first(withLines("Via: " + value + "\n"))).isFalse();
        assertThat(via.error()).isEqualTo(error);
    }

    @Test
    void shouldStopAtAMalformedVia() {
        SipMessage message = withLines("Via: SIP/2.0/UDP a,\n");
        assertThat(via.first(message)).isTrue();
        assertThat(via.next()).isFalse();
        assertThat(via.error()).isEqualTo(SipError.EMPTY_ELEMENT);
        assertThat(via.next()).isFalse();
        assertThat(via.count(message)).isEqualTo(Via.NOT_FOUND);
        assertThat(via.first(withLines("Max-Forwards: 1\n"))).isFalse();
        assertThat(via.error()).isEqualTo(SipError.NONE);
    }

    @Test
    void shouldReadAddresses() {
        SipMessage message = withLines("""
            From: "A \\"B\\\\" <sip:a@b;x;y=z?h=i>;tag=1 ; z
            To: sip:a@b;tag=2
            Route: <sip:r1;lr>,<sip:r2;lr>;a=","
            Route: Name <sips:r3>
            """);

        assertThat(address.from(message)).isTrue();
        assertThat(address.displayName()).isEqualTo("A \"B\\");
        assertThat(address.uriText()).isEqualTo("sip:a@b;x;y=z?h=i");
        assertThat(address.tag()).isEqualTo("1");
        assertThat(address.parameters().count()).isEqualTo(2);
        assertThat(address.decodeUri()).isTrue();
        assertThat(address.uri().parameters().count()).isEqualTo(2);
        assertThat(address.to(message)).isTrue();
        assertThat(address.displayName()).isEmpty();
        assertThat(address.displayStart()).isEqualTo(SipAddress.NOT_FOUND);
        assertThat(address.uriText()).isEqualTo("sip:a@b");
        assertThat(address.hasTag()).isTrue();
        assertThat(address.first(message, SipHeader.ROUTE)).isTrue();
        assertThat(address.uriText()).isEqualTo("sip:r1;lr");
        assertThat(address.next()).isTrue();
        assertThat(address.hasTag()).isFalse();
        assertThat(address.tag()).isEmpty();
        assertThat(address.next()).isTrue();
        assertThat(address.displayName()).isEqualTo("Name");
        assertThat(address.row()).isEqualTo(3);
        assertThat(address.next()).isFalse();
        assertThat(address.first(message, SipHeader.PATH)).isFalse();
    }

    @Test
    void shouldReadAListThatStandsAlone() {
        UnsafeBuffer paths = buffer("x <sip:p1;lr> , <sip:p2;lr> x");
        assertThat(address.wrap(paths.byteArray(), 1, paths.capacity() - 2)).isTrue();
        assertThat(address.uriText()).isEqualTo("sip:p1;lr");
        assertThat(address.next()).isTrue();
        assertThat(address.uriText()).isEqualTo("sip:p2;lr");
        assertThat(address.next()).isFalse();
        assertThat(address.error()).isEqualTo(SipError.NONE);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', value = {
        "``|EMPTY_ELEMENT", "\"A <sip:a>|QUOTED_STRING", "\"A\" sip:a|BRACKETS", "A, B <sip:a>|DISPLAY_NAME",
        "A@B <sip:a>|DISPLAY_NAME", "<sip:a|BRACKETS", "<sip:a b>|URI_CHARACTER", "< sip:a>|URI_CHARACTER",
        "<a>|URI_SCHEME", "<sip:>|URI_SCHEME", "<>|URI_SCHEME", "a|URI_SCHEME", "a b:c|URI_SCHEME", "sip:|URI_SCHEME",
        "sip:a?b=c|BRACKETS", "sip:a,sip:b|HEADER_REPEATED", "<sip:a>;|PARAMETER", "<sip:a>;tag=|PARAMETER",
        "<sip:a>;tag|PARAMETER",
        "<sip:a>;tag=a;TAG=b|PARAMETER_REPEATED", "<sip:a> x|UNEXPECTED_TEXT", "<sip:a>;tag=a b|UNEXPECTED_TEXT",
        "sip:a <b>|UNEXPECTED_TEXT", "<sip:a>>|UNEXPECTED_TEXT", "\\ <sip:a>|DISPLAY_NAME"})
    void shouldRefuseAnAddress(String value, SipError error) {
        assertThat(address.from(withLines("From: " + value + "\n"))).isFalse();
        assertThat(address.error()).isEqualTo(error);
    }

    @Test
    void shouldRefuseASecondRow() {
        assertThat(address.from(withLines("From: sip:a\nf: sip:a\n"))).isFalse();
        assertThat(address.error()).isEqualTo(SipError.HEADER_REPEATED);
        assertThat(cseq.wrap(withLines("CSeq: 1 A\nCSeq: 1 A\n"))).isFalse();
        assertThat(cseq.error()).isEqualTo(SipError.HEADER_REPEATED);
    }

    @Test
    void shouldReadContacts() {
        SipMessage message = withLines("Contact: <sip:a@b.invalid;transport=ws>;q=0.7;expires=600;reg-id=1"
            + ";+sip.instance=\"<urn:uuid:1>\";pub-gruu=\"sip:a@c;gr=1\";temp-gruu=\"sip:t@c;gr\"\nm: sip:x;expires=x;q=2\n");

        assertThat(contact.first(message)).isTrue();
        assertThat(contact.isStar()).isFalse();
        assertThat(contact.quality()).isEqualTo(700);
        assertThat(contact.expires()).isEqualTo(600);
        assertThat(contact.registrationId()).isEqualTo(1);
        assertThat(contact.address().parameters().value(contact.instance())).isEqualTo("<urn:uuid:1>");
        assertThat(contact.address().parameters().value(contact.publicGruu())).isEqualTo("sip:a@c;gr=1");
        assertThat(contact.address().parameters().value(contact.temporaryGruu())).isEqualTo("sip:t@c;gr");
        assertThat(contact.next()).isTrue();
        assertThat(contact.expires()).isEqualTo(Contact.MALFORMED);
        assertThat(contact.quality()).isEqualTo(Contact.MALFORMED);
        assertThat(contact.registrationId()).isEqualTo(Contact.NOT_FOUND);
        assertThat(contact.instance()).isEqualTo(Contact.NOT_FOUND);
        assertThat(contact.next()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1000", "0., 0", "0.5, 500", "0.05, 50", "0.999, 999", "1.000, 1000", "1.001, -2",
        "0.1234, -2", "0.x, -2", "2, -2", "x, -2", "0x, -2"})
    void shouldReadQuality(String value, int thousandths) {
        assertThat(contact.first(withLines("Contact: sip:a;q=" + value + "\n"))).isTrue();
        assertThat(contact.quality()).isEqualTo(thousandths);
    }

    @Test
    void shouldReadNoQuality() {
        assertThat(contact.first(withLines("Contact: sip:a\n"))).isTrue();
        assertThat(contact.quality()).isEqualTo(Contact.QUALITY_MAX);
        assertThat(contact.first(withLines("Contact: sip:a;q\n"))).isTrue();
        assertThat(contact.quality()).isEqualTo(Contact.MALFORMED);
        assertThat(contact.first(withLines("Contact: sip:a;reg-id=0\n"))).isTrue();
        assertThat(contact.registrationId()).isEqualTo(Contact.MALFORMED);
    }

    @Test
    void shouldKnowTheStarWhenItIsAlone() {
        assertThat(contact.first(withLines("Contact: *\n"))).isFalse();
        assertThat(contact.isStar()).isTrue();
        assertThat(contact.next()).isFalse();
        assertThat(contact.address().error()).isEqualTo(SipError.NONE);
        for (String lines : new String[]{"Contact: *\nContact: sip:a\n", "Contact: *;q=1\n", "Contact: *,*\n"}) {
            assertThat(contact.first(withLines(lines))).isFalse();
            assertThat(contact.isStar()).isFalse();
            assertThat(contact.address().error()).isNotEqualTo(SipError.NONE);
        }
    }

    @ParameterizedTest
    @CsvSource({"1 INVITE, 1, INVITE", "0009\tBYE, 9, BYE", "4294967295 invite, 4294967295, OTHER", "0 A-b, 0, OTHER"})
    void shouldReadCSeq(String value, long number, SipMethod method) {
        assertThat(cseq.wrap(withLines("CSeq: " + value + "\n"))).isTrue();
        assertThat(cseq.number()).isEqualTo(number);
        assertThat(cseq.method()).isEqualTo(method);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "INVITE", "1INVITE", "-1 INVITE", "4294967296 INVITE", "1 INVITE x", "1 IN@VITE",
        "1 INVITE,2 INVITE"})
    void shouldRefuseCSeq(String value) {
        assertThat(cseq.wrap(withLines("CSeq: " + value + "\n"))).isFalse();
        assertThat(cseq.error()).isIn(SipError.NUMBER, SipError.TOKEN);
        assertThat(cseq.wrap(withLines("v: a\n"))).isFalse();
        assertThat(cseq.error()).isEqualTo(SipError.HEADER_MISSING);
    }

    @Test
    void shouldReadOptionTags() {
        SipMessage message = withLines("Supported: path , Outbound\nk:gruu\nRequire: a b\nAllow:\n");

        assertThat(tokens.contains(message, SipHeader.SUPPORTED, "outbound")).isTrue();
        assertThat(tokens.token()).isEqualTo("Outbound");
        assertThat(tokens.contains(message, SipHeader.SUPPORTED, "gruu")).isTrue();
        assertThat(tokens.contains(message, SipHeader.SUPPORTED, "timer")).isFalse();
        assertThat(tokens.error()).isEqualTo(SipError.NONE);
        assertThat(tokens.first(message, SipHeader.REQUIRE)).isFalse();
        assertThat(tokens.error()).isEqualTo(SipError.UNEXPECTED_TEXT);
        assertThat(tokens.first(message, SipHeader.ALLOW)).isFalse();
        assertThat(tokens.error()).isEqualTo(SipError.EMPTY_ELEMENT);
    }

    @Test
    void shouldReadValuesWithParameters() {
        SipMessage message = withLines("""
            o: Presence ;id=7
            Subscription-State: terminated;reason=timeout
            x: 1800;refresher=uac
            Replaces: a(b)@c;to-tag=1;from-tag=2;early-only
            c: application/sdp; charset="utf-8"
            """);

        assertThat(value.wrap(message, SipHeader.EVENT)).isTrue();
        assertThat(value.is("presence")).isTrue();
        assertThat(value.seconds()).isEqualTo(SipValue.NOT_FOUND);
        assertThat(value.parameters().value(value.parameters().find("id"))).isEqualTo("7");
        assertThat(value.wrap(message, SipHeader.SUBSCRIPTION_STATE)).isTrue();
        assertThat(value.value()).isEqualTo("terminated");
        assertThat(value.wrap(message, SipHeader.SESSION_EXPIRES)).isTrue();
        assertThat(value.seconds()).isEqualTo(1800);
        assertThat(value.wrap(message, SipHeader.REPLACES)).isTrue();
        assertThat(message.text(value.start(), value.end())).isEqualTo("a(b)@c");
        assertThat(value.parameters().has("early-only")).isTrue();
        assertThat(value.wrap(message, SipHeader.CONTENT_TYPE)).isTrue();
        assertThat(value.is("application/sdp")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', value = {"v: a|HEADER_MISSING", "o:|TOKEN", "o: ;a|TOKEN",
        "o: a b|UNEXPECTED_TEXT", "o: a,b|UNEXPECTED_TEXT", "o: a;|PARAMETER", "o: a@b@c|UNEXPECTED_TEXT"})
    void shouldRefuseValues(String line, SipError error) {
        assertThat(value.wrap(withLines(line + "\n"), SipHeader.EVENT)).isFalse();
        assertThat(value.error()).isEqualTo(error);
        assertThat(value.wrap(withLines("o: a\nEvent: a\n"), SipHeader.EVENT)).isFalse();
        assertThat(value.error()).isEqualTo(SipError.HEADER_REPEATED);
    }

    @Test
    void shouldReadDigestCredentials() {
        SipMessage message = withLines("Authorization: dIgEsT nc=0000000A ,\n cnonce = \"c\",qop=\"AUTH\","
            + "response=\"ab\", uri=\"sip:b\", nonce=\"n\",algorithm=SHA-256,realm=\"a \\\"b\\\"\",username=\"ü\",x=y,"
            + "opaque=\"\"\n");

        assertThat(digest.wrap(message, 0)).isTrue();
        assertThat(digest.isDigest()).isTrue();
        assertThat(digest.isComplete()).isTrue();
        assertThat(digest.nonceCount()).isEqualTo(10);
        assertThat(digest.value(DigestParameters.Name.REALM)).isEqualTo("a \"b\"");
        assertThat(digest.equals(DigestParameters.Name.REALM, "a \"b\"".getBytes(UTF_8))).isTrue();
        assertThat(digest.equals(DigestParameters.Name.REALM, "a \"b".getBytes(UTF_8))).isFalse();
        assertThat(digest.equals(DigestParameters.Name.REALM, "a \"bc".getBytes(UTF_8))).isFalse();
        assertThat(digest.equals(DigestParameters.Name.USERNAME, "ü".getBytes(UTF_8))).isTrue();
        assertThat(digest.equals(DigestParameters.Name.STALE, new byte[0])).isFalse();
        assertThat(digest.equalsIgnoreCase(DigestParameters.Name.QOP, "auth")).isTrue();
        assertThat(digest.equalsIgnoreCase(DigestParameters.Name.ALGORITHM, "sha-256")).isTrue();
        assertThat(digest.value(DigestParameters.Name.OPAQUE)).isEmpty();
        assertThat(digest.value(DigestParameters.Name.DOMAIN)).isEmpty();
    }

    /** Eight octets are looked at at a time, so each place is another one. */
    @Test
    void shouldFindQuotesAndBackslashesWhereverTheyStand() {
        for (int before = 0; before < 20; before++) {
            for (int behind = 0; behind < 20; behind++) {
                String realm = "\u00e1".repeat(before) + "\\\"" + "#".repeat(behind) + "\\\\";
                SipMessage message = withLines("Authorization: Digest realm=\"" + realm + "\",nonce=\"n\"\n");

                assertThat(digest.wrap(message, 0)).isTrue();
                assertThat(digest.value(DigestParameters.Name.REALM))
                    .isEqualTo("\u00e1".repeat(before) + "\"" + "#".repeat(behind) + "\\");
                assertThat(digest.value(DigestParameters.Name.NONCE)).isEqualTo("n");
            }
        }
    }

    @Test
    void shouldTellNamesApartThatEndAlike() {
        assertThat(digest.wrap(withLines("Authorization: Digest xlgorithm=1,aalgorithm=2,lgorithm=3,algorith=4\n"), 0))
            .isTrue();
        assertThat(digest.has(DigestParameters.Name.ALGORITHM)).isFalse();
        assertThat(digest.wrap(withLines("Authorization: Digest ALGORITHM=md5,aalgorithm=2\n"), 0)).isTrue();
        assertThat(digest.value(DigestParameters.Name.ALGORITHM)).isEqualTo("md5");
    }

    @Test
    void shouldNotLookIntoAnotherScheme() {
        SipMessage message = withLines("Authorization: Bearer eyJ.a-b_c==\n");

        assertThat(digest.wrap(message, 0)).isTrue();
        assertThat(digest.isDigest()).isFalse();
        assertThat(digest.isComplete()).isFalse();
        assertThat(digest.isScheme("bearer")).isTrue();
        assertThat(message.text(digest.parametersStart(), digest.end())).isEqualTo("eyJ.a-b_c==");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', value = {
        "``|TOKEN", "Digest|TOKEN", "@ a=b|TOKEN", "Digest a|PARAMETER", "Digest a=|PARAMETER", "Digest =b|PARAMETER",
        "Digest a=b,|PARAMETER", "Digest a=\"b|QUOTED_STRING", "Digest a=b c=d|UNEXPECTED_TEXT",
        "Digest nonce=a, Nonce=b|PARAMETER_REPEATED"})
    void shouldRefuseDigestCredentials(String value, SipError error) {
        assertThat(digest.wrap(withLines("Authorization: " + value + "\n"), 0)).isFalse();
        assertThat(digest.error()).isEqualTo(error);
    }

    @ParameterizedTest
    @CsvSource({"00000001, 1", "fFfFfFfF, 4294967295", "1, -1", "0000000g, -1", "000000001, -1", "'\"00000002\"', 2"})
    void shouldReadTheNonceCount(String value, long count) {
        assertThat(digest.wrap(withLines("Authorization: Digest nc=" + value + "\n"), 0)).isTrue();
        assertThat(digest.nonceCount()).isEqualTo(count);
        assertThat(digest.wrap(withLines("Authorization: Digest a=b\n"), 0)).isTrue();
        assertThat(digest.nonceCount()).isEqualTo(DigestParameters.NOT_FOUND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "0.0.0.0", "::", "::1", "1::", "2001:db8::9:1", "1:2:3:4:5:6:7:8",
        "1:0:0:2::3",
        "ffff:0:1::", "fe80::1:0:0:1"})
    void shouldWriteAddressesAsIpAddressDoes(String literal) {
        IpAddress ip = IpAddress.parse(literal);
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[IpLiteral.LENGTH_MAX]);
        int length = IpLiteral.put(buffer, 0, ip.high(), ip.low());
        assertThat(SipSamples.text(buffer, 0, length)).isEqualTo(ip.toString());
        IpLiteral read = new IpLiteral();
        assertThat(
            ip.isIpv4() ? read.parseIpv4(buffer.byteArray(), 0, length) : read.parseIpv6(buffer.byteArray(), 0, length))
            .isTrue();
        assertThat(new IpAddress(read.high(), read.low())).isEqualTo(ip);
    }
}
