package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.SipText;
import io.turnstone.protocol.sip.Via;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * How a branch of ours is written (RFC 3261 §8.1.1.7): the magic cookie, the 128 bits of its name and the 32 bits of what
 * tells a loop, in hexadecimal digits. One thread; what {@link #read} found stands there until it is called again.
 *
 * <pre>
 * z9hG4bK | 32 digits: name | 8 digits: loop
 * </pre>
 */
final class BranchText {
    private static final String COOKIE = "z9hG4bK";
    private static final String DIGITS = "0123456789abcdef";
    private static final int LONG_DIGITS = 16;
    private static final int INT_DIGITS = 8;
    private static final int DIGIT_BITS = 4;
    private static final int LENGTH = COOKIE.length() + 2 * LONG_DIGITS + INT_DIGITS;

    private final byte[] digits = new byte[LONG_DIGITS];
    private final UnsafeBuffer buffer = new UnsafeBuffer(digits);
    private long value;
    private long high;
    private long low;
    private int loop;

    void write(SipText text, long nameHigh, long nameLow, int loopHash) {
        text.append(COOKIE);
        writeDigits(text, nameHigh, LONG_DIGITS);
        writeDigits(text, nameLow, LONG_DIGITS);
        writeDigits(text, loopHash, INT_DIGITS);
    }

    private void writeDigits(SipText text, long number, int count) {
        long rest = number;
        for (int i = count - 1; i >= 0; i--) {
            digits[i] = (byte) DIGITS.charAt((int) rest & 0xF);
            rest >>>= DIGIT_BITS;
        }
        text.append(buffer, 0, count);
    }

    /** Reads the branch of a Via; false if it is none of ours. */
    boolean read(Via via) {
        int start = via.branchStart();
        if (start == Via.NOT_FOUND || via.branchEnd() - start != LENGTH || !via.hasMagicCookie()) {
            return false;
        }
        int position = start + COOKIE.length();
        if (!readDigits(via.buffer(), position, LONG_DIGITS)) {
            return false;
        }
        high = value;
        position += LONG_DIGITS;
        if (!readDigits(via.buffer(), position, LONG_DIGITS)) {
            return false;
        }
        low = value;
        if (!readDigits(via.buffer(), position + LONG_DIGITS, INT_DIGITS)) {
            return false;
        }
        loop = (int) value;
        return true;
    }

    private boolean readDigits(DirectBuffer source, int start, int count) {
        value = 0;
        for (int i = start; i < start + count; i++) {
            int digit = Character.digit(source.getByte(i), LONG_DIGITS);
            if (digit < 0) {
                return false;
            }
            value = value << DIGIT_BITS | digit;
        }
        return true;
    }

    long high() {
        return high;
    }

    long low() {
        return low;
    }

    int loop() {
        return loop;
    }
}
