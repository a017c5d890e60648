package io.turnstone.protocol.sip;

import static io.turnstone.protocol.sip.SipSamples.buffer;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.net.IpAddress;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SipUriTest {
    private final SipUri uri = new SipUri();

    private SipUri uri(String text) {
        UnsafeBuffer buffer = buffer(text);
        SipUri fresh = new SipUri();
        assertThat(fresh.wrap(buffer.byteArray(), 0, buffer.capacity())).as("%s: %s", text, fresh.error()).isTrue();
        return fresh;
    }

    @Test
    void shouldTakeASipUriApart() {
        SipUri all = uri("SIPS:al%69ce;day=x?:pa%20ss@[2001:DB8::1]:5061"
            + ";transport=wss;lr;ob;gr=urn:uuid:1;maddr=192.0.2.1;ttl=15;user=phone?Subject=a%20b&Priority=");

        assertThat(all.scheme()).isEqualTo(SipUri.Scheme.SIPS);
        assertThat(all.isSipOrSips()).isTrue();
        assertThat(all.user()).isEqualTo("alice;day=x?");
        assertThat(all.buffer().getByte(all.passwordStart())).isEqualTo((byte) 'p');
        assertThat(all.passwordEnd() - all.passwordStart()).isEqualTo(7);
        assertThat(all.host()).isEqualTo("2001:db8::1");
        assertThat(all.isHostIp()).isTrue();
        assertThat(new IpAddress(all.hostHigh(), all.hostLow())).isEqualTo(IpAddress.parse("2001:db8::1"));
        assertThat(all.port()).isEqualTo(5061);
        assertThat(all.transport(SipTransport.UDP)).isEqualTo(SipTransport.WSS);
        assertThat(all.isLooseRouter()).isTrue();
        assertThat(all.hasOutbound()).isTrue();
        assertThat(all.isGruu()).isTrue();
        assertThat(all.parameter("gr")).isEqualTo("urn:uuid:1");
        assertThat(all.parameter("maddr")).isEqualTo("192.0.2.1");
        assertThat(all.timeToLive()).isEqualTo(15);
        assertThat(all.parameter("lr")).isEmpty();
        assertThat(all.parameter("none")).isEmpty();
        assertThat(all.toString().substring(all.headersStart())).isEqualTo("Subject=a%20b&Priority=");
    }

    @Test
    void shouldTakeTheShortestUri() {
        SipUri shortest = uri("sip:h");

        assertThat(shortest.hasUser()).isFalse();
        assertThat(shortest.user()).isEmpty();
        assertThat(shortest.userStart()).isEqualTo(SipUri.NOT_FOUND);
        assertThat(shortest.passwordStart()).isEqualTo(SipUri.NOT_FOUND);
        assertThat(shortest.port()).isEqualTo(SipUri.NOT_FOUND);
        assertThat(shortest.headersStart()).isEqualTo(SipUri.NOT_FOUND);
        assertThat(shortest.timeToLive()).isEqualTo(SipUri.NOT_FOUND);
        assertThat(shortest.transport(SipTransport.UDP)).isEqualTo(SipTransport.UDP);
        assertThat(shortest.isHostIp()).isFalse();
    }

    @Test
    void shouldTakeATelUri() {
        SipUri tel = uri("tel:+1-201-555-0123;phone-context=example.com;ext=22");

        assertThat(tel.scheme()).isEqualTo(SipUri.Scheme.TEL);
        assertThat(tel.user()).isEqualTo("+1-201-555-0123");
        assertThat(tel.parameter("ext")).isEqualTo("22");
    }

    @Test
    void shouldForgetTheParametersOfTheUriBefore() {
        UnsafeBuffer before = buffer("sip:a;transport=ws;ob");
        assertThat(uri.wrap(before.byteArray(), 0, before.capacity())).isTrue();
        UnsafeBuffer other = buffer("mailto:a");
        assertThat(uri.wrap(other.byteArray(), 0, other.capacity())).isTrue();

        assertThat(uri.transport(SipTransport.UDP)).isEqualTo(SipTransport.UDP);
        assertThat(uri.hasOutbound()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sip:a@b", "sip:a:@b", "sip:b:1", "sip:b.", "sip:1a.b-c.d", "sip:192.0.2.1",
        "sip:turn_1:5060",
        "sip:[::]", "sip:[::1]:65535", "sip:[1:2:3:4:5:6:7:8]", "sip:[::ffff:192.0.2.1]", "sip:[1:2:3:4:5:6:192.0.2.1]",
        "sip:+1234;isub=1@b;x=y", "sip:b?a=", "sip:b;a=[]/:&+$", "tel:*21#", "urn:service:sos", "http://a/b?c#d",
        "x:y"})
    void shouldAccept(String text) {
        UnsafeBuffer buffer = buffer(text);
        boolean good = uri.wrap(buffer.byteArray(), 0, buffer.capacity());
        assertThat(good).as("%s", uri.error()).isTrue();
        assertThat(uri.start()).isZero();
        assertThat(uri.end()).isEqualTo(text.length());
        assertThat(uri).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {
        "sip, URI_SCHEME", "`:a`, URI_SCHEME", "1sip:a, URI_SCHEME", "`s ip:a`, URI_SCHEME", "``, URI_SCHEME",
        "sip:, HOST", "sip:@b, URI_USER", "sip::p@b, URI_USER", "sip:a@, HOST", "sip:a@b@c, URI_CHARACTER",
        "sip:a b@c, URI_CHARACTER", "sip:a%2@b, URI_CHARACTER", "sip:a%zz@b, URI_CHARACTER", "sip:a\"@b, URI_CHARACTER",
        "sip:.a, HOST",
        "sip:a..b, HOST", "sip:-a, HOST", "sip:a-, HOST", "sip:a-.b, HOST", "sip:a.-b, HOST", "sip:256.1.1.1, HOST",
        "sip:1.1.1, HOST", "sip:1.1.1.1.1, HOST", "sip:0001.1.1.1, HOST", "sip:123, HOST", "sip:a.1, HOST",
        "sip:[::1, HOST", "sip:[], HOST", "sip:[:], HOST", "sip:[::1::], HOST", "sip:[1:2], HOST",
        "sip:[1:2:3:4:5:6:7:8:9], HOST", "sip:[12345::], HOST", "sip:[1:], HOST", "sip:[g::], HOST", "sip:[:::1], HOST",
        "sip:[::1%25eth0], HOST", "sip:[1::2:3:4:5:6:7:8], HOST", "sip:[1:2:3:4:5:6:7:192.0.2.1], HOST",
        "sip:a:, PORT", "sip:a:0, PORT", "sip:a:65536, PORT", "sip:a:x, PORT", "sip:a:99999999999, PORT",
        "sip:a:1x, URI_CHARACTER", "sip:a;, PARAMETER", "sip:a;;b, PARAMETER", "sip:a;b=, PARAMETER",
        "sip:a;b=c=d, URI_CHARACTER", "sip:a;b;B, PARAMETER_REPEATED", "sip:a;b;%62, PARAMETER_REPEATED",
        "sip:a?, URI_CHARACTER", "sip:a?b, URI_CHARACTER", "sip:a?b=c&, URI_CHARACTER", "sip:a?b=@, HOST",
        "sip:a?b=;c=\", URI_CHARACTER",
        "tel:, URI_USER", "tel:+1 2, URI_CHARACTER", "tel:1;, PARAMETER", "x:, URI_CHARACTER", "x:<, URI_CHARACTER"})
    void shouldRefuse(String text, SipError error) {
        UnsafeBuffer buffer = buffer(text);
        assertThat(uri.wrap(buffer.byteArray(), 0, buffer.capacity())).isFalse();
        assertThat(uri.error()).isEqualTo(error);
        assertThat(uri.errorOffset()).isBetween(0, text.length());
    }

    @Test
    void shouldLimitParameters() {
        StringBuilder text = new StringBuilder("sip:a");
        for (int i = 0; i < 64; i++) {
            text.append(";p").append(i);
        }
        assertThat(uri(text.toString()).parameters().count()).isEqualTo(64);
        UnsafeBuffer buffer = buffer(text + ";q");
        assertThat(uri.wrap(buffer.byteArray(), 0, buffer.capacity())).isFalse();
        assertThat(uri.error()).isEqualTo(SipError.TOO_MANY_PARAMETERS);
    }

    @Test
    void shouldLimitHeaders() {
        assertThat(uri("sip:a?a=1" + "&a=1".repeat(63)).headersStart()).isEqualTo(6);
        UnsafeBuffer buffer = buffer("sip:a?a=1" + "&a=1".repeat(64));
        assertThat(uri.wrap(buffer.byteArray(), 0, buffer.capacity())).isFalse();
        assertThat(uri.error()).isEqualTo(SipError.TOO_MANY_PARAMETERS);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', value = {
        // RFC 3261 §19.1.4 has most of these
        "sip:%61lice@atlanta.com;transport=TCP sip:alice@AtLanTa.CoM;Transport=tcp",
        "sip:carol@chicago.com sip:carol@chicago.com;newparam=5",
        "sip:carol@chicago.com;newparam=5 sip:carol@chicago.com;security=on",
        "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com "
            + "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
        "sip:alice@atlanta.com?subject=project%20x&priority=urgent "
            + "sip:alice@atlanta.com?priority=urgent&subject=project%20x",
        "sip:a@[2001:db8::1] sip:a@[2001:0DB8:0:0::1]",
        "sip:a:b@c sip:a:%62@c",
        "tel:+1-201-555-0123 tel:+12015550123",
        "tel:7042;phone-context=example.com TEL:70-42;Phone-Context=EXAMPLE.com",
        "urn:a:b urn:a:b"})
    void shouldFindEquivalent(String left, String right) {
        assertThat(UriComparison.areEquivalent(uri(left), uri(right))).isTrue();
        assertThat(UriComparison.areEquivalent(uri(right), uri(left))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', value = {
        "SIP:ALICE@AtLanTa.CoM;Transport=udp sip:alice@AtLanTa.CoM;Transport=UDP",
        "sip:bob@biloxi.com sip:bob@biloxi.com:5060",
        "sip:bob@biloxi.com sip:bob@biloxi.com;transport=udp",
        "sip:bob@biloxi.com sip:bob@biloxi.com:6000;transport=tcp",
        "sip:carol@chicago.com sip:carol@chicago.com?Subject=next%20meeting",
        "sip:bob@phone21.boxesbybob.com sip:bob@192.0.2.4",
        "sip:carol@chicago.com;security=on sip:carol@chicago.com;security=off",
        "sip:carol@chicago.com;security sip:carol@chicago.com;security=off",
        "sip:a@b sips:a@b", "sip:a@b sip:b", "sip:a@b sip:a:p@b", "sip:a:p@b sip:a:P@b", "sip:a;b@c sip:a%3bb@c",
        "sip:a@b;user=phone sip:a@b", "sip:a@b;ttl=1 sip:a@b", "sip:a@b;maddr=c sip:a@b", "sip:a@b;method=X sip:a@b",
        "sip:a@b?x=1&x=1 sip:a@b?x=1", "sip:a@b?x=1 sip:a@b?x=2", "sip:a@[::1] sip:a@[::2]", "sip:ab@c sip:a@c",
        "tel:+12 tel:12", "tel:12;ext=1 tel:12", "tel:12;ext=1 tel:12;ext=2", "tel:12;ext=1 tel:12;isub=1",
        "tel:1 tel:12", "urn:a:b urn:a:c"})
    void shouldFindDifferent(String left, String right) {
        assertThat(UriComparison.areEquivalent(uri(left), uri(right))).isFalse();
        assertThat(UriComparison.areEquivalent(uri(right), uri(left))).isFalse();
    }
}
