package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.SipAddress;
import io.turnstone.protocol.sip.SipMessage;
import io.turnstone.protocol.sip.SipResponseWriter;
import io.turnstone.protocol.sip.SipWriter;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Writes responses of our own into one buffer. One thread. The To tag is the name of the request, so that every node gives
 * the same request the same one (RFC 3261 §8.2.6.2).
 */
final class Responses {
    static final int TRYING = 100;
    static final int OK = 200;
    static final int BAD_REQUEST = 400;
    static final int UNAUTHORIZED = 401;
    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int PROXY_AUTHENTICATION_REQUIRED = 407;
    static final int REQUEST_TIMEOUT = 408;
    static final int CONDITIONAL_REQUEST_FAILED = 412;
    static final int REQUEST_ENTITY_TOO_LARGE = 413;
    static final int INTERVAL_TOO_BRIEF = 423;
    static final int FLOW_FAILED = 430;
    static final int NO_OUTBOUND_SUPPORT = 439;
    static final int MAX_BREADTH_EXCEEDED = 440;
    static final int TEMPORARILY_UNAVAILABLE = 480;
    static final int NO_SUCH_CALL_OR_TRANSACTION = 481;
    static final int LOOP_DETECTED = 482;
    static final int REQUEST_TERMINATED = 487;
    static final int INTERNAL_ERROR = 500;
    static final int UNAVAILABLE = 503;
    static final int MESSAGE_TOO_LARGE = 513;
    static final int PUSH_SERVICE_NOT_SUPPORTED = 555;

    private static final int HEX_RADIX_BITS = 4;
    private static final int TAG_LENGTH = 16;

    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
    private final SipResponseWriter writer = new SipResponseWriter();
    private final StringBuilder tag = new StringBuilder(TAG_LENGTH);

    /** Where the response stands, from offset 0. */
    MutableDirectBuffer buffer() {
        return buffer;
    }

    /** @param name the low half of the request's name */
    SipWriter begin(SipMessage request, Arrival arrival, int status, long name) {
        tag.setLength(0);
        if (status != TRYING) {
            for (int i = 0; i < TAG_LENGTH; i++) {
                tag.append(digit(name, i));
            }
        }
        writer.source(arrival.remote().high(), arrival.remote().low(), arrival.remote().port());
        return writer.begin(buffer, 0, request, status, tag);
    }

    /** The tag that a response of ours to the request of that name has, unless the request has one. */
    static String tag(long name) {
        StringBuilder text = new StringBuilder(TAG_LENGTH);
        for (int i = 0; i < TAG_LENGTH; i++) {
            text.append(digit(name, i));
        }
        return text.toString();
    }

    private static char digit(long name, int index) {
        int shift = Long.SIZE - (index + 1) * HEX_RADIX_BITS;
        return Character.forDigit((int) (name >>> shift) & 0xF, 1 << HEX_RADIX_BITS);
    }

    /** Whether To has the tag that a response of ours to the request of that name has. */
    static boolean isOurTag(SipAddress to, long name) {
        if (!to.hasTag() || to.tagEnd() - to.tagStart() != TAG_LENGTH) {
            return false;
        }
        for (int i = 0; i < TAG_LENGTH; i++) {
            if (to.buffer().getByte(to.tagStart() + i) != digit(name, i)) {
                return false;
            }
        }
        return true;
    }
}
