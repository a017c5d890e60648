package io.turnstone.loadtest.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SipTextTest {
    private static final SipText RESPONSE = new SipText(
        "SIP/2.0 407 Proxy Authentication Required\r\nvia: SIP/2.0/WS a.invalid\r\nVia: SIP/2.0/WS b.invalid\r\n"
            + "CSeq: 7 INVITE\r\nContact: \"A\" <sip:a@b.invalid;ob>;expires=60\r\n\r\nVia: no header");

    @Test
    void shouldTellWhatAResponseAnswers() {
        assertThat(RESPONSE.isResponse()).isTrue();
        assertThat(RESPONSE.status()).isEqualTo(407);
        assertThat(RESPONSE.method()).isEqualTo("INVITE");
    }

    @Test
    void shouldFindHeaderFieldsInTheirOrderWhateverTheCaseAndNoneInTheBody() {
        assertThat(RESPONSE.headers("Via")).containsExactly("SIP/2.0/WS a.invalid", "SIP/2.0/WS b.invalid");
        assertThat(RESPONSE.header("Route")).isEmpty();
    }

    @Test
    void shouldFindTheUriOfAContact() {
        assertThat(RESPONSE.contactUri()).isEqualTo("sip:a@b.invalid;ob");
    }

    @Test
    void shouldNotTakeAKeepAliveForAMessage() {
        assertThat(new SipText("\r\n\r\n").isMessage()).isFalse();
    }
}
