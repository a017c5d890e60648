package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.SipFramer;
import io.turnstone.protocol.sip.SipLimits;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts messages and keep-alives out of the octets of a connection (RFC 3261 §18.3, RFC 5626 §4.4.1). Owned by the
 * connection's event loop.
 *
 * <p>What has come whole is handed over where it lies; a buffer is held only while a message is incomplete, of one message
 * and what came with its end at most.
 */
final class SipStreamReader {
    private final SipFramer framer;
    private final Sink sink;
    private @Nullable MutableDirectBuffer kept;
    private int keptLength;
    private boolean broken;

    /** Takes what was found. */
    interface Sink {
        /** @param buffer valid until this returns */
        void onMessage(DirectBuffer buffer, int offset, int length);

        /** A keep-alive that wants an answer. */
        void onPing();
    }

    SipStreamReader(SipLimits limits, Sink sink) {
        this.framer = new SipFramer(limits);
        this.sink = sink;
    }

    /**
     * Takes the octets that follow those of the last call.
     *
     * @return false, at this and every later call, if where messages end can no longer be known
     */
    boolean read(DirectBuffer buffer, int offset, int length) {
        MutableDirectBuffer before = kept;
        if (before == null) {
            int used = cut(buffer, offset, length);
            keptLength = length - used;
            kept = keptLength == 0 ? null : new ExpandableArrayBuffer(keptLength);
            if (kept != null) {
                kept.putBytes(0, buffer, offset + used, keptLength);
            }
        } else {
            before.putBytes(keptLength, buffer, offset, length);
            int available = keptLength + length;
            int used = cut(before, 0, available);
            keptLength = available - used;
            before.putBytes(0, before, used, keptLength);
            kept = keptLength == 0 ? null : before;
        }
        return !broken;
    }

    /** Whether a message has begun and not ended. */
    boolean isIncomplete() {
        return kept != null;
    }

    /** Returns how many octets are done with. */
    private int cut(DirectBuffer buffer, int offset, int length) {
        int used = 0;
        while (used < length && !broken) {
            int at = offset + used;
            switch (framer.next(buffer, at, length - used)) {
                case INCOMPLETE -> {
                    return used;
                }
                case MESSAGE -> sink.onMessage(buffer, at, framer.length());
                case PING -> sink.onPing();
                case PONG -> {
                    // It shows that the other side is there, which that it arrived does too.
                }
                case BROKEN -> broken = true;
            }
            used += framer.length();
        }
        return broken ? length : used;
    }
}
