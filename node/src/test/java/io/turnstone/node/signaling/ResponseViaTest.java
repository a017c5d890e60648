package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.sip.SipFraming;
import io.turnstone.protocol.sip.SipLimits;
import io.turnstone.protocol.sip.SipParser;
import io.turnstone.protocol.sip.SipText;
import io.turnstone.protocol.sip.SipTransport;
import io.turnstone.protocol.sip.Via;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseViaTest {
    private static final String BRANCH = "z9hG4bK" + "0123456789abcdef".repeat(2) + "00000001";

    private final ResponseVia read = new ResponseVia();

    private boolean read(String parameters) {
        UnsafeBuffer message = Sip.buffer("SIP/2.0 200 OK\nVia: SIP/2.0/WS example.com" + parameters
            + "\nFrom: <sip:a@b>;tag=1\nTo: <sip:a@b>;tag=2\nCall-ID: c\nCSeq: 1 INFO\nContent-Length: 0\n\n");
        SipParser parser = new SipParser(SipLimits.DEFAULT);
        parser.parse(message, 0, message.capacity(), SipFraming.DATAGRAM);
        Via via = new Via();
        assertThat(via.first(parser.message())).isTrue();
        return read.read(via);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 0x1234_5678_9ABC_DEF0L, Long.MIN_VALUE, -1})
    void shouldFindTheNodeThatSentTheRequest(long node) {
        SignalingSettings settings = new SignalingSettings(node, List.of("example.com"), Map.of(), SipTimers.DEFAULT,
            RegistrationLimits.DEFAULT, SipLimits.DEFAULT, 200, 120);
        String via = new ViaWriter(settings)
            .write(new SipText(), SipTransport.WS, new RequestName(0x0123_4567_89AB_CDEFL, 7), 0)
            .toString();

        assertThat(read(via.substring(via.indexOf(';')))).isTrue();
        assertThat(read.node()).isEqualTo(node);
        assertThat(read.high()).isEqualTo(0x0123_4567_89AB_CDEFL);
        assertThat(read.low()).isEqualTo(7);
    }

    @Test
    void shouldTakeNoOtherVia() {
        assertThat(read(";branch=" + BRANCH)).isFalse();
        assertThat(read(";node=1;branch=z9hG4bKabc")).isFalse();
        assertThat(read(";branch=" + BRANCH + ";node=10000000000000000")).isFalse();
        assertThat(read(";branch=" + BRANCH + ";node=1g")).isFalse();
        assertThat(read(";branch=" + BRANCH + ";node")).isFalse();
    }
}
