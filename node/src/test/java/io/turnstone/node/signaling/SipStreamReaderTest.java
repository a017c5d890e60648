package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.sip.SipLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SipStreamReaderTest {
    private static final String FIRST = "OPTIONS sip:a SIP/2.0\nContent-Length: 3\n\nabc";
    private static final String SECOND = "OPTIONS sip:b SIP/2.0\nl: 0\n\n";
    private static final String PING = "\n\n";
    private static final SipLimits LIMITS = new SipLimits(100, 16);

    private final List<String> found = new ArrayList<>();
    private final SipStreamReader reader = new SipStreamReader(LIMITS, new SipStreamReader.Sink() {
        @Override
        public void onMessage(DirectBuffer buffer, int offset, int length) {
            found.add(Sip.text(buffer, offset, length));
        }

        @Override
        public void onPing() {
            found.add("ping");
        }
    });

    private boolean read(String text) {
        UnsafeBuffer buffer = Sip.buffer(text);
        return reader.read(buffer, 0, buffer.capacity());
    }

    @Test
    void shouldFindSeveralMessagesInOnePiece() {
        assertThat(read(FIRST + PING + SECOND)).isTrue();

        assertThat(found).containsExactly(FIRST, "ping", SECOND);
        assertThat(reader.isIncomplete()).isFalse();
    }

    @Test
    void shouldFindAMessageThatComesOctetByOctet() {
        UnsafeBuffer octets = Sip.buffer(FIRST);
        for (int at = 0; at < octets.capacity(); at++) {
            assertThat(found).isEmpty();
            assertThat(reader.read(octets, at, 1)).isTrue();
        }

        assertThat(found).containsExactly(FIRST);
        assertThat(reader.isIncomplete()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldFindTheSameHoweverTheStreamIsCut(long seed) {
        Random random = new Random(seed);
        List<String> sent = new ArrayList<>();
        StringBuilder stream = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            String message = random.nextBoolean() ? FIRST : SECOND;
            sent.add(message);
            stream.append(message);
        }
        UnsafeBuffer octets = Sip.buffer(stream.toString());
        for (int at = 0; at < octets.capacity();) {
            int length = Math.min(1 + random.nextInt(90), octets.capacity() - at);
            assertThat(reader.read(octets, at, length)).isTrue();
            at += length;
        }

        assertThat(found).isEqualTo(sent);
        assertThat(reader.isIncomplete()).isFalse();
    }

    @Test
    void shouldTellThatAMessageIsIncomplete() {
        read(SECOND + "OPTIONS");

        assertThat(found).containsExactly(SECOND);
        assertThat(reader.isIncomplete()).isTrue();
    }

    @Test
    void shouldGiveUpForGoodWhenTheEndOfAMessageCannotBeKnown() {
        assertThat(read(SECOND + "OPTIONS sip:c SIP/2.0\n\n" + SECOND)).isFalse();
        assertThat(read(SECOND)).isFalse();

        assertThat(found).containsExactly(SECOND);
        assertThat(reader.isIncomplete()).isFalse();
    }

    @Test
    void shouldHoldNoMoreThanTheLimit() {
        assertThat(read("x".repeat(100))).isTrue();
        assertThat(read("x")).isFalse();

        assertThat(reader.isIncomplete()).isFalse();
    }
}
