package io.turnstone.protocol.sip;

import java.nio.charset.StandardCharsets;

/**
 * Text of a URI, compared and read with {@code %} escapes resolved once (RFC 3261 §19.1.2; RFC 4475 §3.1.1.3). A reserved
 * character does not equal its escape (§19.1.4). Any thread.
 */
final class UriText {
    private static final String RESERVED = ";/?:@&=+$,";
    /** Above every octet, so that a reserved character differs from its escape. */
    private static final int ESCAPED_RESERVED = 0x100;
    private static final int HEX_RADIX = 16;
    private static final int ESCAPE_LENGTH = 3;

    private UriText() {}

    /** The octet at {@code position}, or the escaped one; a reserved one that is escaped is above 255. */
    private static int at(byte[] source, int position, int end) {
        byte octet = source[position];
        if (octet != '%' || !Octets.isEscape(source, position, end)) {
            return octet & 0xFF;
        }
        int escaped = escaped(source, position);
        return RESERVED.indexOf(escaped) >= 0 ? escaped | ESCAPED_RESERVED : escaped;
    }

    private static int escaped(byte[] source, int position) {
        return Character.digit(source[position + 1], HEX_RADIX) * HEX_RADIX
            + Character.digit(source[position + 2], HEX_RADIX);
    }

    private static int step(byte[] source, int position, int end) {
        return source[position] == '%' && Octets.isEscape(source, position, end) ? ESCAPE_LENGTH : 1;
    }

    static boolean equals(
        byte[] left, int leftStart, int leftEnd, byte[] right, int rightStart, int rightEnd) {
        return equals(left, leftStart, leftEnd, right, rightStart, rightEnd, false);
    }

    static boolean equalsIgnoreCase(
        byte[] left, int leftStart, int leftEnd, byte[] right, int rightStart, int rightEnd) {
        return equals(left, leftStart, leftEnd, right, rightStart, rightEnd, true);
    }

    private static boolean equals(
        byte[] left, int leftStart, int leftEnd, byte[] right, int rightStart, int rightEnd,
        boolean ignoreCase) {
        int leftAt = leftStart;
        int rightAt = rightStart;
        while (leftAt < leftEnd && rightAt < rightEnd) {
            int leftOctet = at(left, leftAt, leftEnd);
            int rightOctet = at(right, rightAt, rightEnd);
            boolean same = ignoreCase
                ? Octets.lowerCase(leftOctet) == Octets.lowerCase(rightOctet)
                : leftOctet == rightOctet;
            if (!same) {
                return false;
            }
            leftAt += step(left, leftAt, leftEnd);
            rightAt += step(right, rightAt, rightEnd);
        }
        return leftAt == leftEnd && rightAt == rightEnd;
    }

    /** @param lowerCase in lower case and ASCII */
    static boolean equalsIgnoreCase(byte[] source, int start, int end, String lowerCase) {
        int position = start;
        int matched = 0;
        while (position < end && matched < lowerCase.length()) {
            if (Octets.lowerCase(at(source, position, end)) != lowerCase.charAt(matched)) {
                return false;
            }
            position += step(source, position, end);
            matched++;
        }
        return position == end && matched == lowerCase.length();
    }

    /** The text with each escape replaced by its octet, a zero octet too. Allocates. */
    static String unescape(byte[] source, int start, int end) {
        byte[] octets = new byte[end - start];
        int length = 0;
        int position = start;
        while (position < end) {
            int step = step(source, position, end);
            octets[length++] = (byte) (step == 1 ? source[position] : escaped(source, position));
            position += step;
        }
        return new String(octets, 0, length, StandardCharsets.UTF_8);
    }
}
