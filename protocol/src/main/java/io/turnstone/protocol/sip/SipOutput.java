package io.turnstone.protocol.sip;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Octets of a message being written. One thread. What comes from outside a parsed message goes through {@link #text} or
 * {@link #octets(DirectBuffer, int, int)}, which refuse CR, LF and NUL, so that no value can begin a new header field.
 */
final class SipOutput {
    private static final byte[] COLON = ": ".getBytes(StandardCharsets.US_ASCII);
    /** The name of each header field with colon and blank. */
    private static final byte[][] LINE_STARTS = Arrays.stream(SipHeader.values())
        .map(header -> (header.fieldName() + ": ").getBytes(StandardCharsets.US_ASCII))
        .toArray(byte[][]::new);
    private static final byte[] CRLF = "\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int ASCII_MAX = 0x7F;
    private static final int TWO_OCTETS_MAX = 0x7FF;
    private static final int CONTINUATION_BITS = 6;
    private static final int CONTINUATION_MASK = 0x3F;

    private MutableDirectBuffer buffer;
    private int position;

    SipOutput(MutableDirectBuffer buffer) {
        this.buffer = buffer;
    }

    void begin(MutableDirectBuffer target, int offset) {
        buffer = target;
        position = offset;
    }

    int position() {
        return position;
    }

    /** A constant of this package. */
    void constant(byte[] octets) {
        buffer.putBytes(position, octets);
        position += octets.length;
    }

    /** A part of a message that was parsed, folds and all. */
    void copy(DirectBuffer source, int start, int end) {
        buffer.putBytes(position, source, start, end - start);
        position += end - start;
    }

    void octet(int octet) {
        buffer.putByte(position++, (byte) octet);
    }

    void number(long number) {
        position += buffer.putLongAscii(position, number);
    }

    void address(long high, long low) {
        position += IpLiteral.put(buffer, position, high, low);
    }

    /** @throws IllegalArgumentException if there is a CR, LF or NUL; then nothing is written */
    void octets(DirectBuffer source, int start, int end) {
        for (int i = start; i < end; i++) {
            requireHarmless(source.getByte(i), i - start);
        }
        copy(source, start, end);
    }

    /**
     * Writes UTF-8; half of a surrogate pair becomes a question mark.
     *
     * @throws IllegalArgumentException if there is a CR, LF or NUL; then nothing is written
     */
    void text(CharSequence text) {
        int length = text.length();
        int units = 0;
        for (int i = 0; i < length; i++) {
            char unit = text.charAt(i);
            requireHarmless(unit, i);
            units |= unit;
        }
        if (units <= ASCII_MAX) {
            position += buffer.putStringWithoutLengthAscii(position, text);
            return;
        }
        for (int i = 0; i < length; i++) {
            char unit = text.charAt(i);
            if (unit <= ASCII_MAX) {
                octet(unit);
            } else if (Character.isHighSurrogate(unit) && i + 1 < length
                && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                codePoint(Character.toCodePoint(unit, text.charAt(i)));
            } else {
                codePoint(Character.isSurrogate(unit) ? '?' : unit);
            }
        }
    }

    private void codePoint(int codePoint) {
        if (codePoint <= ASCII_MAX) {
            octet(codePoint);
        } else if (codePoint <= TWO_OCTETS_MAX) {
            octet(0xC0 | codePoint >> CONTINUATION_BITS);
            continuation(codePoint, 0);
        } else if (Character.isBmpCodePoint(codePoint)) {
            octet(0xE0 | codePoint >> (2 * CONTINUATION_BITS));
            continuation(codePoint, 1);
            continuation(codePoint, 0);
        } else {
            octet(0xF0 | codePoint >> (3 * CONTINUATION_BITS));
            continuation(codePoint, 2);
            continuation(codePoint, 1);
            continuation(codePoint, 0);
        }
    }

    private void continuation(int codePoint, int place) {
        octet(0x80 | ((codePoint >> (place * CONTINUATION_BITS)) & CONTINUATION_MASK));
    }

    private static void requireHarmless(int unit, int index) {
        if (unit == '\r' || unit == '\n' || unit == 0) {
            String name = unit == '\r' ? "CR" : unit == '\n' ? "LF" : "NUL";
            throw new IllegalArgumentException("text for a SIP message has " + name + " at index " + index);
        }
    }

    /** @throws IllegalArgumentException if {@code name} is no token */
    void headerName(String name) {
        token(name);
        constant(COLON);
    }

    /** @throws IllegalArgumentException if {@code token} is none */
    void token(String token) {
        for (int i = 0; i < token.length(); i++) {
            char unit = token.charAt(i);
            if (unit > ASCII_MAX || !Octets.is((byte) unit, Octets.TOKEN)) {
                throw new IllegalArgumentException("'" + token + "' is no token at index " + i);
            }
        }
        if (token.isEmpty()) {
            throw new IllegalArgumentException("a token is empty");
        }
        ascii(token);
    }

    /** A constant of this package in ASCII, or what has been looked at. */
    void ascii(String text) {
        position += buffer.putStringWithoutLengthAscii(position, text);
    }

    /** @throws IllegalArgumentException for {@link SipHeader#OTHER}, which has no name */
    void headerName(SipHeader header) {
        if (header == SipHeader.OTHER) {
            throw new IllegalArgumentException("a header field without a name");
        }
        constant(LINE_STARTS[header.number()]);
    }

    void endLine() {
        constant(CRLF);
    }
}
