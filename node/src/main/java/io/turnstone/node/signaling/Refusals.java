package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.Judgement;
import io.turnstone.protocol.sip.SipHeader;
import io.turnstone.protocol.sip.SipWriter;

/** What a response says when {@link Judgement} has refused a request. Any thread. */
final class Refusals {
    private Refusals() {}

    /** Adds Unsupported to a 420 (RFC 3261 §8.2.2.3). */
    static void writeUnsupported(SipWriter response, Judgement judgement) {
        if (judgement.statusCode() != Judgement.BAD_EXTENSION) {
            return;
        }
        StringBuilder tags = new StringBuilder(judgement.unsupported().token());
        while (judgement.nextUnsupported()) {
            tags.append(", ").append(judgement.unsupported().token());
        }
        response.header(SipHeader.UNSUPPORTED, tags);
    }
}
