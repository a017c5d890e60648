package io.turnstone.protocol.sip;

import org.agrona.BitUtil;
import org.agrona.DirectBuffer;

/**
 * Finds where messages end in a stream (RFC 3261 §18.3), and keep-alives between them (RFC 5626 §4.4.1). One thread, one
 * per connection: it remembers how far it has looked.
 *
 * <p>The caller keeps what was received in one buffer, asks {@link #next} with what is left of it, and drops
 * {@link #length} octets after each {@link Frame#MESSAGE}, {@link Frame#PING} and {@link Frame#PONG}.
 */
public final class SipFramer {
    /** What stands at the beginning. */
    public enum Frame {
        /** Not enough yet; ask again with the same octets and more. */
        INCOMPLETE,
        /** A whole message of {@link #length} octets, to be parsed. */
        MESSAGE,
        /** A double CRLF, to be answered by one CRLF. */
        PING,
        /** A single CRLF: the answer to a ping, or nothing. */
        PONG,
        /** The end of this message will never be known: answer what can be answered, and close the connection. */
        BROKEN
    }

    private static final int CRLF_LENGTH = 2;
    private static final int DOUBLE_CRLF_LENGTH = 4;
    private static final String NAME = "content-length";

    private final int messageLengthMax;
    /** Whether the last frame was a CRLF alone. */
    private boolean halfPing;
    /** Octets in which no empty line begins. */
    private int looked;
    /** The length of the message, as soon as it is known; until then 0. */
    private int expected;
    private int length;
    private SipError error = SipError.NONE;
    /** A line of the header. */
    private byte[] octets = {};

    public SipFramer(SipLimits limits) {
        messageLengthMax = limits.messageLengthMax();
    }

    /** Whether a whole WebSocket message is the double CRLF of RFC 5626 §4.4.1, to be answered by one CRLF. */
    public static boolean isPing(DirectBuffer buffer, int offset, int length) {
        int end = offset + length;
        return length == DOUBLE_CRLF_LENGTH && isCrlf(buffer, offset, end) && isCrlf(buffer, offset + CRLF_LENGTH, end);
    }

    /** Of the frame found last, in octets; of a broken one what there is of it. */
    public int length() {
        return length;
    }

    /** Why a message is {@link Frame#BROKEN}. */
    public SipError error() {
        return error;
    }

    /** Looks at {@code available} octets from {@code offset} on; the first is the one behind the last frame. */
    public Frame next(DirectBuffer buffer, int offset, int available) {
        int end = offset + available;
        if (looked == 0 && expected == 0 && isAt(buffer, offset, end, Octets.CR)) {
            return keepAlive(buffer, offset, end);
        }
        halfPing &= available == 0;
        if (expected == 0) {
            int bodyStart = findBody(buffer, offset, end);
            if (bodyStart == Octets.NOT_FOUND) {
                return available > messageLengthMax ? broken(SipError.MESSAGE_TOO_LONG, available) : Frame.INCOMPLETE;
            }
            if (!findLength(buffer, offset, bodyStart)) {
                return broken(error, bodyStart - offset);
            }
        }
        if (available < expected) {
            return Frame.INCOMPLETE;
        }
        return found(Frame.MESSAGE, expected);
    }

    private Frame found(Frame frame, int frameLength) {
        looked = 0;
        expected = 0;
        length = frameLength;
        return frame;
    }

    private Frame broken(SipError what, int frameLength) {
        error = what;
        return found(Frame.BROKEN, frameLength);
    }

    /** A ping that arrives in two halves is first taken for a pong, which does no harm. */
    private Frame keepAlive(DirectBuffer buffer, int offset, int end) {
        if (end - offset < CRLF_LENGTH) {
            return Frame.INCOMPLETE;
        }
        if (!isCrlf(buffer, offset, end)) {
            return broken(SipError.LINE_END, end - offset);
        }
        if (halfPing) {
            halfPing = false;
            return found(Frame.PING, CRLF_LENGTH);
        }
        if (isCrlf(buffer, offset + CRLF_LENGTH, end)) {
            return found(Frame.PING, DOUBLE_CRLF_LENGTH);
        }
        halfPing = true;
        return found(Frame.PONG, CRLF_LENGTH);
    }

    private static boolean isCrlf(DirectBuffer buffer, int position, int end) {
        return isAt(buffer, position, end, Octets.CR) && isAt(buffer, position + 1, end, Octets.LF);
    }

    private static boolean isAt(DirectBuffer buffer, int position, int end, int octet) {
        return position < end && buffer.getByte(position) == octet;
    }

    /** Returns what follows the empty line behind the header fields, or {@link Octets#NOT_FOUND}. */
    private int findBody(DirectBuffer buffer, int offset, int end) {
        int last = Math.min(end, offset + messageLengthMax) - DOUBLE_CRLF_LENGTH;
        int position = offset + looked;
        while (position <= last) {
            if (isCrlf(buffer, position, end) && isCrlf(buffer, position + CRLF_LENGTH, end)) {
                return position + DOUBLE_CRLF_LENGTH;
            }
            position++;
        }
        looked = Math.max(0, position - offset);
        return Octets.NOT_FOUND;
    }

    /** Reads Content-Length, in any case or its compact form, and refuses what leaves the end open. */
    private boolean findLength(DirectBuffer buffer, int offset, int bodyStart) {
        long bodyLength = Octets.NOT_FOUND;
        int line = lineEnd(buffer, offset, bodyStart);
        while (line < bodyStart - CRLF_LENGTH) {
            int lineEnd = lineEnd(buffer, line, bodyStart);
            int lineLength = copy(buffer, line, lineEnd);
            int nameEnd = Octets.skip(octets, 0, lineLength, Octets.TOKEN);
            if (isContentLength(nameEnd)) {
                if (bodyLength != Octets.NOT_FOUND) {
                    return fail(SipError.CONTENT_LENGTH_REPEATED);
                }
                bodyLength = value(nameEnd, lineLength);
                if (bodyLength == Octets.NOT_FOUND) {
                    return fail(SipError.CONTENT_LENGTH);
                }
            }
            line = lineEnd;
        }
        if (bodyLength == Octets.NOT_FOUND) {
            return fail(SipError.CONTENT_LENGTH_MISSING);
        }
        long total = bodyStart - offset + bodyLength;
        if (total > messageLengthMax) {
            return fail(SipError.MESSAGE_TOO_LONG);
        }
        expected = (int) total;
        return true;
    }

    private boolean fail(SipError what) {
        error = what;
        return false;
    }

    /** Takes a line that may be Content-Length to where it can be read, and of others nothing; returns how much. */
    private int copy(DirectBuffer buffer, int start, int end) {
        int initial = Octets.lowerCase(buffer.getByte(start));
        int length = initial == 'c' || initial == 'l' ? end - start : 0;
        if (octets.length < length) {
            octets = new byte[BitUtil.findNextPositivePowerOfTwo(length)];
        }
        buffer.getBytes(start, octets, 0, length);
        return length;
    }

    private boolean isContentLength(int nameEnd) {
        return Octets.equalsIgnoreCase(octets, 0, nameEnd, NAME) || Octets.equalsIgnoreCase(octets, 0, nameEnd, "l");
    }

    private long value(int nameEnd, int end) {
        int colon = Octets.skipLws(octets, nameEnd, end);
        if (!Octets.isAt(octets, colon, end, ':')) {
            return Octets.NOT_FOUND;
        }
        int start = Octets.skipLws(octets, colon + 1, end);
        return Octets.number(octets, start, Octets.trimEnd(octets, start, end), Integer.MAX_VALUE);
    }

    /** Returns where the next line begins; folded lines are one. */
    private static int lineEnd(DirectBuffer buffer, int start, int end) {
        int position = start;
        while (position < end) {
            if (isCrlf(buffer, position, end)
                && !isAt(buffer, position + CRLF_LENGTH, end, ' ')
                && !isAt(buffer, position + CRLF_LENGTH, end, '\t')) {
                return position + CRLF_LENGTH;
            }
            position++;
        }
        return end;
    }
}
