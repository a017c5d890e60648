package io.turnstone.protocol.sip;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;

/** Classes of octets of the grammar of RFC 3261 §25.1 and scans over them. Any thread. Ends are exclusive. */
final class Octets {
    /** What a scan returns that found nothing. */
    static final int NOT_FOUND = -1;

    /** {@code token}: methods, names, tags. */
    static final int TOKEN = 1;
    /** {@code word}, of which a Call-ID consists. */
    static final int WORD = 1 << 1;
    /** What stands unescaped in the {@code user} of a URI. */
    static final int USER = 1 << 2;
    /** What stands unescaped in the {@code password} of a URI. */
    static final int PASSWORD = 1 << 3;
    /** What stands unescaped in a parameter of a URI. */
    static final int URI_PARAMETER = 1 << 4;
    /** What stands unescaped in a header of a URI. */
    static final int URI_HEADER = 1 << 5;
    /** What may stand in some URI, whatever its scheme (RFC 3986 §2). */
    static final int URI = 1 << 6;
    /** Letters, digits, hyphen and dot; and the underscore, which container names have, although no host name may. */
    static final int HOST = 1 << 7;
    static final int DIGIT = 1 << 8;
    static final int HEX = 1 << 9;
    static final int ALPHA = 1 << 10;
    /** Blank, tab, and the line breaks of folded lines: the parser has seen that a blank or tab follows each. */
    static final int LWS = 1 << 11;
    /** The value of a header parameter without quotes: {@code token / host}, and IPv6 without brackets (RFC 5118 §4.5). */
    static final int PARAMETER_VALUE = 1 << 12;
    /** {@code scheme} after its first letter. */
    static final int SCHEME = 1 << 13;
    /** Number of a tel URI: digits, hexadecimal letters, visual separators (RFC 3966 §3). */
    static final int TELEPHONE = 1 << 14;

    /** What stands in an IPv6 address without brackets. */
    static final int IPV6 = 1 << 15;

    /** One octet of 1, and one of the highest bit, in each place of a long: to look at eight octets at a time. */
    static final long EACH_OCTET = 0x0101_0101_0101_0101L;
    static final long EACH_SIGN = 0x8080_8080_8080_8080L;

    static final byte CR = '\r';
    static final byte LF = '\n';

    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final String DIGITS = "0123456789";
    private static final String ALPHANUM = LETTERS + DIGITS;
    private static final String MARKS = "-_.!~*'()";
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, LITTLE_ENDIAN);
    private static final int[] CLASSES = new int[256];
    private static final byte[] LOWER_CASE_TOKEN = new byte[256];

    static {
        put(TOKEN, ALPHANUM + "-.!%*_+`'~");
        put(WORD, ALPHANUM + "-.!%*_+`'~()<>:\\\"/[]?{}");
        put(USER, ALPHANUM + MARKS + "&=+$,;?/");
        put(PASSWORD, ALPHANUM + MARKS + "&=+$,");
        put(URI_PARAMETER, ALPHANUM + MARKS + "[]/:&+$");
        put(URI_HEADER, ALPHANUM + MARKS + "[]/?:+$");
        put(URI, ALPHANUM + MARKS + ";/?:@&=+$,[]%#");
        put(HOST, ALPHANUM + "-._");
        put(DIGIT, DIGITS);
        put(HEX, DIGITS + "abcdefABCDEF");
        put(ALPHA, LETTERS);
        put(LWS, " \t\r\n");
        put(PARAMETER_VALUE, ALPHANUM + "-.!%*_+`'~[]:");
        put(SCHEME, ALPHANUM + "+-.");
        put(IPV6, DIGITS + "abcdefABCDEF:.");
        put(TELEPHONE, DIGITS + "abcdefABCDEF*#-.()+");
        for (int octet = 0; octet < LOWER_CASE_TOKEN.length; octet++) {
            LOWER_CASE_TOKEN[octet] = (CLASSES[octet] & TOKEN) == 0 ? 0 : (byte) lowerCase(octet);
        }
    }

    private Octets() {}

    private static void put(int octetClass, String members) {
        members.chars().forEach(member -> CLASSES[member] |= octetClass);
    }

    /** Whether the octet is in one of the classes. */
    static boolean is(byte octet, int classes) {
        return (CLASSES[octet & 0xFF] & classes) != 0;
    }

    /** The octet in lower case if it may stand in a token, otherwise 0. */
    static int lowerCaseToken(byte octet) {
        return LOWER_CASE_TOKEN[octet & 0xFF];
    }

    static int lowerCase(int octet) {
        return octet >= 'A' && octet <= 'Z' ? octet + ('a' - 'A') : octet;
    }

    /** Eight octets in lower case. */
    static long lowerCase(long eight) {
        long ascii = eight & ~EACH_SIGN;
        long fromA = ascii + EACH_OCTET * (0x80 - 'A');
        long beyondZ = ascii + EACH_OCTET * (0x7F - 'Z');
        long capitals = fromA & ~beyondZ & ~eight & EACH_SIGN;
        return eight + (capitals >>> 2);
    }

    /** Where the first octet stands that is in none of the classes. */
    static int skip(byte[] source, int start, int end, int classes) {
        int position = start;
        while (position < end && is(source[position], classes)) {
            position++;
        }
        return position;
    }

    /** As {@link #skip}, and passes {@code %} with two hexadecimal digits too. */
    static int skipEscaped(byte[] source, int start, int end, int classes) {
        int position = start;
        while (position < end) {
            byte octet = source[position];
            if (is(octet, classes)) {
                position++;
            } else if (octet == '%' && isEscape(source, position, end)) {
                position += 3;
            } else {
                break;
            }
        }
        return position;
    }

    static boolean isEscape(byte[] source, int position, int end) {
        return end - position >= 3
            && is(source[position + 1], HEX)
            && is(source[position + 2], HEX);
    }

    static int skipLws(byte[] source, int start, int end) {
        return skip(source, start, end, LWS);
    }

    /** The end without blanks, tabs and folds before it. */
    static int trimEnd(byte[] source, int start, int end) {
        int position = end;
        while (position > start && is(source[position - 1], LWS)) {
            position--;
        }
        return position;
    }

    /** @return what follows the closing quote of the string that opens at {@code start}; {@link #NOT_FOUND} without one */
    static int skipQuoted(byte[] source, int start, int end) {
        int position = start + 1;
        while (position < end) {
            position = quoteOrBackslash(source, position, end);
            if (isAt(source, position, end, '"')) {
                return position + 1;
            }
            position += 2;
        }
        return NOT_FOUND;
    }

    /** The first of these from {@code start} on, or the end. */
    private static int quoteOrBackslash(byte[] source, int start, int end) {
        int position = start;
        while (position <= end - Long.BYTES) {
            long octets = eight(source, position);
            long found = zeros(octets ^ EACH_OCTET * '"') | zeros(octets ^ EACH_OCTET * '\\');
            if (found != 0) {
                return position + firstSign(found);
            }
            position += Long.BYTES;
        }
        while (position < end && source[position] != '"' && source[position] != '\\') {
            position++;
        }
        return position;
    }

    /** The eight octets from {@code position} on, the first one in the lowest place. */
    static long eight(byte[] source, int position) {
        return (long) LONGS.get(source, position);
    }

    /** The signs of the octets that are 0. The lowest sign that is set is right, whatever the others are. */
    static long zeros(long octets) {
        return octets - EACH_OCTET & ~octets & EACH_SIGN;
    }

    /** Of eight octets the first whose sign is set, from 0; there must be one. */
    static int firstSign(long signs) {
        return Long.numberOfTrailingZeros(signs) / Byte.SIZE;
    }

    /** Whether the octet at {@code position} is that one; false at the end. */
    static boolean isAt(byte[] source, int position, int end, int octet) {
        return position < end && source[position] == octet;
    }

    /** @param lowerCase in lower case and ASCII */
    static boolean equalsIgnoreCase(byte[] source, int start, int end, String lowerCase) {
        if (end - start != lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < lowerCase.length(); i++) {
            if (lowerCase(source[start + i]) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether two parts of an array are the same but for case. */
    static boolean equalsIgnoreCase(byte[] source, int start, int end, int otherStart, int otherEnd) {
        if (end - start != otherEnd - otherStart) {
            return false;
        }
        for (int i = 0; i < end - start; i++) {
            if (lowerCase(source[start + i]) != lowerCase(source[otherStart + i])) {
                return false;
            }
        }
        return true;
    }

    /** @param expected in ASCII */
    static boolean equals(byte[] source, int start, int end, String expected) {
        if (end - start != expected.length()) {
            return false;
        }
        for (int i = 0; i < expected.length(); i++) {
            if (source[start + i] != expected.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    static boolean equals(byte[] source, int start, int end, byte[] expected) {
        if (end - start != expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (source[start + i] != expected[i]) {
                return false;
            }
        }
        return true;
    }

    /** The number that the digits say, or {@link #NOT_FOUND} if there is none, something else, or it is above the limit. */
    static long number(byte[] source, int start, int end, long limit) {
        if (start >= end) {
            return NOT_FOUND;
        }
        long value = 0;
        for (int position = start; position < end; position++) {
            int digit = source[position] - '0';
            if (digit < 0 || digit > 9) {
                return NOT_FOUND;
            }
            value = value * 10 + digit;
            if (value > limit) {
                return NOT_FOUND;
            }
        }
        return value;
    }

    /** The octets as text, each fold as one blank; what is no UTF-8 becomes U+FFFD. Allocates. */
    static String text(byte[] source, int start, int end) {
        byte[] octets = new byte[end - start];
        int length = 0;
        int position = start;
        while (position < end) {
            byte octet = source[position];
            if (octet == CR || octet == LF) {
                position = skipLws(source, position, end);
                octets[length++] = ' ';
            } else {
                octets[length++] = octet;
                position++;
            }
        }
        return new String(octets, 0, length, StandardCharsets.UTF_8);
    }
}
