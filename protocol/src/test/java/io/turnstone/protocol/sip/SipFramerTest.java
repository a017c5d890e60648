package io.turnstone.protocol.sip;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.sip.SipFramer.Frame;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SipFramerTest {
    private static final String MESSAGE = "BYE sip:a SIP/2.0\nX: y\n L: 7\ncontent-LENGTH :\n 4\n\nbody";

    private final SipFramer framer = new SipFramer(new SipLimits(100, 10));

    /** Feeds a stream in pieces, and says what came out. */
    private List<String> frames(String stream, int piece) {
        UnsafeBuffer buffer = SipSamples.buffer(stream);
        List<String> frames = new ArrayList<>();
        int start = 0;
        int received = 0;
        while (received < buffer.capacity()) {
            received = Math.min(buffer.capacity(), received + piece);
            Frame frame = framer.next(buffer, start, received - start);
            while (frame != Frame.INCOMPLETE) {
                frames.add(frame + " " + framer.length());
                if (frame == Frame.BROKEN) {
                    return frames;
                }
                start += framer.length();
                frame = framer.next(buffer, start, received - start);
            }
        }
        return frames;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 11, 13, 1000})
    void shouldCutMessagesWhereverTheStreamIsCut(int piece) {
        int length = SipSamples.wire(MESSAGE).length;
        assertThat(frames(MESSAGE + MESSAGE + "BYE sip:b SIP/2.0\nl:0\n\n", piece))
            .containsExactly("MESSAGE " + length, "MESSAGE " + length, "MESSAGE 26");
    }

    @Test
    void shouldKnowKeepAlives() {
        String bye = "BYE sip:b SIP/2.0\nl:0\n\n";
        assertThat(frames("\n\n" + bye + "\n" + bye + "\n\n\n\n", 1000))
            .containsExactly("PING 4", "MESSAGE 26", "PONG 2", "MESSAGE 26", "PING 4", "PING 4");
    }

    @Test
    void shouldKnowAPingInTwoHalves() {
        assertThat(frames("\n\n", 2)).containsExactly("PONG 2", "PING 2");
        assertThat(frames("\n\n", 3)).containsExactly("PONG 2", "PING 2");
        assertThat(frames("\n", 1)).containsExactly("PONG 2");
    }

    @Test
    void shouldKnowAPingThatIsAWholeWebSocketMessage() {
        UnsafeBuffer buffer = SipSamples.buffer("x\n\n\n");
        assertThat(SipFramer.isPing(buffer, 1, 4)).isTrue();
        assertThat(SipFramer.isPing(buffer, 0, 4)).isFalse();
        assertThat(SipFramer.isPing(buffer, 1, 2)).isFalse();
        assertThat(SipFramer.isPing(buffer, 1, 6)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "l: -1|CONTENT_LENGTH", "l: x|CONTENT_LENGTH", "l:|CONTENT_LENGTH", "l 1|CONTENT_LENGTH",
        "l: 1;l: 1|CONTENT_LENGTH_REPEATED", "l: 1;Content-Length: 2|CONTENT_LENGTH_REPEATED",
        "X: 1|CONTENT_LENGTH_MISSING", "ll: 1|CONTENT_LENGTH_MISSING", "l: 90|MESSAGE_TOO_LONG",
        "l: 2147483647|MESSAGE_TOO_LONG", "l: 4294967296|CONTENT_LENGTH"})
    void shouldBreakWhereTheLengthIsNotKnown(String lines, SipError error) {
        String message = "BYE sip:b SIP/2.0\n" + lines.replace(";", "\n") + "\n\n";
        assertThat(frames(message, 1000)).containsExactly("BROKEN " + SipSamples.wire(message).length);
        assertThat(framer.error()).isEqualTo(error);
    }

    @Test
    void shouldBreakOffHeadersWithoutEnd() {
        assertThat(frames("x".repeat(100), 1)).isEmpty();
        assertThat(frames("x".repeat(101), 7)).containsExactly("BROKEN 101");
        assertThat(framer.error()).isEqualTo(SipError.MESSAGE_TOO_LONG);
    }

    @Test
    void shouldBreakOffACrAlone() {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[]{'\r', 'x'});
        assertThat(framer.next(buffer, 0, 1)).isEqualTo(Frame.INCOMPLETE);
        assertThat(framer.next(buffer, 0, 2)).isEqualTo(Frame.BROKEN);
        assertThat(framer.next(buffer, 0, 0)).isEqualTo(Frame.INCOMPLETE);
    }

    @Test
    void shouldTakeAMessageOfTheLimit() {
        String message = "BYE sip:b SIP/2.0\nl:73\n\n" + "b".repeat(73);
        assertThat(frames(message, 9)).containsExactly("MESSAGE 100");
    }
}
