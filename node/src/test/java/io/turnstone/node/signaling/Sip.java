package io.turnstone.node.signaling;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.sip.SipFraming;
import io.turnstone.protocol.sip.SipLimits;
import io.turnstone.protocol.sip.SipMessage;
import io.turnstone.protocol.sip.SipParser;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Messages for tests. Text has LF, messages have CRLF. */
final class Sip {
    private Sip() {}

    static UnsafeBuffer buffer(String text) {
        return new UnsafeBuffer(text.replace("\n", "\r\n").getBytes(UTF_8));
    }

    static String text(DirectBuffer buffer, int offset, int length) {
        byte[] octets = new byte[length];
        buffer.getBytes(offset, octets);
        return new String(octets, UTF_8).replace("\r\n", "\n");
    }

    /** A message that must be good. */
    static SipMessage parsed(String text) {
        UnsafeBuffer buffer = buffer(text);
        SipParser parser = new SipParser(SipLimits.DEFAULT);
        boolean good = parser.parse(buffer, 0, buffer.capacity(), SipFraming.DATAGRAM);
        assertThat(good).as("%s at %d of %s", parser.error(), parser.errorOffset(), text).isTrue();
        return parser.message();
    }
}
