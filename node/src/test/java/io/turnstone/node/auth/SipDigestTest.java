package io.turnstone.node.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.stun.LongTermKey;
import io.turnstone.protocol.stun.PasswordAlgorithm;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of RFC 7616 §3.9.1 and RFC 2617 §3.5. */
class SipDigestTest {
    @ParameterizedTest
    @CsvSource({
        "MD5, http-auth@example.org, Circle of Life, 7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v, "
            + "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ, 8ca523f5e9506fed4657c9700eebdbec",
        "SHA_256, http-auth@example.org, Circle of Life, 7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v, "
            + "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ, "
            + "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
        "MD5, testrealm@host.com, Circle Of Life, dcd98b7102dd2f0e8b11d0f600bfb0c093, 0a4f113b, "
            + "6629fae49393a05397450978507c4ef1"})
    void shouldAgreeWithTheExamplesOfTheRfcs(
        PasswordAlgorithm algorithm, String realm, String password, String nonce, String cnonce, String expected) {
        SipDigest digest = new SipDigest(algorithm);
        byte[] key = SipDigest.hex(LongTermKey.of(algorithm, "Mufasa", realm, password).getEncoded());
        byte[] request = digest.begin().put(octets("GET")).colon().put(octets("/dir/index.html")).hash();

        digest.begin().put(key).colon();
        UnsafeBuffer buffer = new UnsafeBuffer(octets("-" + nonce + "-"));
        digest.put(buffer, 1, 1 + nonce.length()).colon();
        digest.put(octets("00000001")).colon().put(octets(cnonce)).colon().put(octets("auth")).colon();

        assertThat(new String(digest.put(request).hash(), US_ASCII)).isEqualTo(expected);
    }

    private static byte[] octets(String text) {
        return text.getBytes(US_ASCII);
    }
}
