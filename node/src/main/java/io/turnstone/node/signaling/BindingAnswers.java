package io.turnstone.node.signaling;

import io.turnstone.protocol.stun.StunAttribute;
import io.turnstone.protocol.stun.StunClass;
import io.turnstone.protocol.stun.StunError;
import io.turnstone.protocol.stun.StunMessage;
import io.turnstone.protocol.stun.StunMethod;
import io.turnstone.protocol.stun.StunType;
import io.turnstone.protocol.stun.StunWriter;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Answers the Binding requests by which clients see that their flow over UDP is there, and which address they have in it
 * (RFC 5626 §4.4.2, §8). One thread; as small as RFC 8489 allows, since the source may be forged.
 */
final class BindingAnswers {
    private static final int ANSWER_LENGTH_MAX = 1024;
    private static final int STUN_FIRST_OCTET_MAX = 3;

    private final StunMessage request = new StunMessage();
    private final StunWriter answer = new StunWriter();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[ANSWER_LENGTH_MAX]);

    /** Whether a datagram with that first octet is STUN and not SIP (RFC 5626 §8.1). */
    static boolean looksLikeStun(byte firstOctet) {
        return firstOctet >= 0 && firstOctet <= STUN_FIRST_OCTET_MAX;
    }

    /** Where the answer stands, from offset 0. */
    MutableDirectBuffer buffer() {
        return buffer;
    }

    /** Writes the answer to a datagram from that address; the length, or 0 if it is none that is answered. */
    int answer(DirectBuffer datagram, int offset, int length, long high, long low, int port) {
        boolean good = request.wrap(datagram, offset, length)
            && request.messageClass() == StunClass.REQUEST
            && request.method() == StunMethod.BINDING
            && (!request.has(StunAttribute.FINGERPRINT) || request.fingerprintValid());
        if (!good) {
            return 0;
        }
        if (request.isUnderstood(StunAttribute.STUN_SERVER_SET)) {
            answer.begin(buffer, 0, StunType.BINDING_SUCCESS, request)
                .xorAddress(StunAttribute.XOR_MAPPED_ADDRESS, high, low, port);
        } else {
            // RFC 8489 §6.3.1
            answer.begin(buffer, 0, StunType.BINDING_ERROR, request)
                .errorCode(StunError.UNKNOWN_ATTRIBUTE)
                .unknownAttributes(request.unknownAttributes(StunAttribute.STUN_SERVER_SET));
        }
        if (request.has(StunAttribute.FINGERPRINT)) {
            answer.fingerprint();
        }
        return answer.length();
    }
}
