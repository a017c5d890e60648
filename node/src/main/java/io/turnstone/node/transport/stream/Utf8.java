package io.turnstone.node.transport.stream;

import org.agrona.DirectBuffer;

/** Tells well-formed UTF-8 (RFC 3629 §4) from other octets. Any thread. */
final class Utf8 {
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final int CONTINUATION_MIN = 0x80;
    private static final int CONTINUATION_MAX = 0xBF;

    private Utf8() {}

    static boolean isWellFormed(DirectBuffer buffer, int offset, int length) {
        int end = offset + length;
        int at = offset;
        while (at < end) {
            at = skipAscii(buffer, at, end);
            if (at < end) {
                int octets = sequence(buffer, at, end);
                if (octets == 0) {
                    return false;
                }
                at += octets;
            }
        }
        return true;
    }

    private static int skipAscii(DirectBuffer buffer, int from, int end) {
        int at = from;
        while (end - at >= Long.BYTES && (buffer.getLong(at) & HIGH_BITS) == 0) {
            at += Long.BYTES;
        }
        while (at < end && buffer.getByte(at) >= 0) {
            at++;
        }
        return at;
    }

    /**
     * The length of the sequence that begins there, whose first octet is not ASCII; 0 if it is none. The second octet's range
     * keeps out what could be written shorter, surrogates, and what lies beyond U+10FFFF.
     */
    private static int sequence(DirectBuffer buffer, int at, int end) {
        int first = buffer.getByte(at) & 0xFF;
        if (first >= 0xC2 && first <= 0xDF) {
            return isWithin(buffer, at + 1, end, CONTINUATION_MIN, CONTINUATION_MAX) ? 2 : 0;
        }
        if (first >= 0xE0 && first <= 0xEF) {
            int min = first == 0xE0 ? 0xA0 : CONTINUATION_MIN;
            int max = first == 0xED ? 0x9F : CONTINUATION_MAX;
            return isWithin(buffer, at + 1, end, min, max) && isContinuation(buffer, at + 2, end) ? 3 : 0;
        }
        if (first >= 0xF0 && first <= 0xF4) {
            int min = first == 0xF0 ? 0x90 : CONTINUATION_MIN;
            int max = first == 0xF4 ? 0x8F : CONTINUATION_MAX;
            return isWithin(buffer, at + 1, end, min, max) && isContinuation(buffer, at + 2, end)
                && isContinuation(buffer, at + 3, end) ? 4 : 0;
        }
        return 0;
    }

    private static boolean isContinuation(DirectBuffer buffer, int at, int end) {
        return isWithin(buffer, at, end, CONTINUATION_MIN, CONTINUATION_MAX);
    }

    private static boolean isWithin(DirectBuffer buffer, int at, int end, int min, int max) {
        if (at >= end) {
            return false;
        }
        int octet = buffer.getByte(at) & 0xFF;
        return octet >= min && octet <= max;
    }
}
