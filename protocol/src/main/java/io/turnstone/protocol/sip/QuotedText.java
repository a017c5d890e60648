package io.turnstone.protocol.sip;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Quoted strings (RFC 3261 §25.1), compared and read without their quotes and backslashes. Any thread. */
final class QuotedText {
    private QuotedText() {}

    private static boolean isQuoted(byte[] source, int start, int end) {
        return end - start >= 2 && source[start] == '"';
    }

    /** The text that a quoted string or token stands for, each fold as one blank. Allocates. */
    static String unquote(byte[] source, int start, int end) {
        if (!isQuoted(source, start, end)) {
            return Octets.text(source, start, end);
        }
        byte[] octets = new byte[end - start];
        int length = 0;
        int position = start + 1;
        while (position < end - 1) {
            byte octet = source[position];
            if (octet == '\\') {
                octets[length++] = source[position + 1];
                position += 2;
            } else if (octet == Octets.CR || octet == Octets.LF) {
                octets[length++] = ' ';
                position = Octets.skipLws(source, position, end - 1);
            } else {
                octets[length++] = octet;
                position++;
            }
        }
        return new String(Arrays.copyOf(octets, length), StandardCharsets.UTF_8);
    }

    /** Whether a quoted string or token stands for exactly these octets; folds do not match. */
    static boolean equals(byte[] source, int start, int end, byte[] expected) {
        if (!isQuoted(source, start, end)) {
            return Octets.equals(source, start, end, expected);
        }
        int position = start + 1;
        int matched = 0;
        while (position < end - 1) {
            if (source[position] == '\\') {
                position++;
            }
            if (matched == expected.length || source[position] != expected[matched]) {
                return false;
            }
            matched++;
            position++;
        }
        return matched == expected.length;
    }
}
