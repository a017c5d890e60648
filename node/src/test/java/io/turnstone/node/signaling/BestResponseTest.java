package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.sip.SipMessage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 3261 §16.7 step 6. */
class BestResponseTest {
    @ParameterizedTest
    @CsvSource({"486, 603", "500, 302", "404, 302", "500, 486", "503, 500", "486, 407", "404, 484", "480, 486",
        "408, 404", "487, 410", "404, 600"})
    void shouldPreferTheSecondInEitherOrder(int worse, int better) {
        BestResponse worseFirst = new BestResponse();
        worseFirst.offer(response(worse));
        worseFirst.offer(response(better));
        BestResponse betterFirst = new BestResponse();
        betterFirst.offer(better);
        betterFirst.offer(response(worse));

        assertThat(worseFirst.status()).isEqualTo(better);
        assertThat(Sip.text(worseFirst.message(), 0, worseFirst.message().capacity())).startsWith("SIP/2.0 " + better);
        assertThat(betterFirst.status()).isEqualTo(better);
        assertThat(betterFirst.message().capacity()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"404, 410", "603, 606", "500, 501"})
    void shouldKeepTheFirstOfEquals(int first, int second) {
        BestResponse best = new BestResponse();
        best.offer(response(first));
        best.offer(response(second));
        assertThat(best.status()).isEqualTo(first);
    }

    private static SipMessage response(int status) {
        return Sip.parsed("SIP/2.0 " + status + " X\n\n");
    }
}
