package io.turnstone.protocol.sip;

import java.util.Arrays;
import java.util.Locale;

/**
 * Credentials or a challenge of one row: Authorization, Proxy-Authorization, WWW-Authenticate or Proxy-Authenticate (RFC
 * 3261 §25.1, RFC 8760 §2). One thread; reused by {@link #wrap}, which must have returned true.
 *
 * <p>Parameters come in any order. Each is taken as a token or a quoted string, whichever the grammar wants, because
 * clients disagree. A scheme other than Digest is not looked into (RFC 4475 §3.3.7, RFC 8898).
 */
public final class DigestParameters extends SipView {
    /** The parameters that digest has a meaning for; others are passed over. */
    public enum Name {
        USERNAME,
        REALM,
        NONCE,
        URI,
        RESPONSE,
        ALGORITHM,
        CNONCE,
        OPAQUE,
        QOP,
        NC,
        STALE,
        DOMAIN;

        private static final Name[] ALL = values();

        private final String lowerCase = name().toLowerCase(Locale.ROOT);

        /** The name's last eight letters, by which it is looked for. */
        private long key() {
            return lowerCase.chars().asLongStream().reduce(0, (letters, letter) -> letters << Byte.SIZE | letter);
        }

        /** The place in arrays that have one for each. */
        @SuppressWarnings("EnumOrdinal") // never leaves this process
        int number() {
            return ordinal();
        }
    }

    private static final long[] KEYS = Arrays.stream(Name.ALL).mapToLong(Name::key).toArray();
    private static final int NONCE_COUNT_DIGITS = 8;
    private static final int HEX_RADIX = 16;

    private final int[] starts = new int[Name.ALL.length];
    private final int[] ends = new int[Name.ALL.length];
    private boolean digest;
    private int schemeStart;
    private int schemeEnd;
    private int parametersStart;
    private int end;

    /** Reads the value of a row; false if there is no scheme, or a digest is malformed. */
    public boolean wrap(SipMessage message, int row) {
        byte[] source = message.octets();
        int from = message.valueStart(row);
        int to = message.valueEnd(row);
        begin(source);
        Arrays.fill(starts, NOT_FOUND);
        Arrays.fill(ends, NOT_FOUND);
        schemeStart = from;
        schemeEnd = Octets.skip(source, from, to, Octets.TOKEN);
        digest = Octets.equalsIgnoreCase(source, from, schemeEnd, "digest");
        parametersStart = Octets.skipLws(source, schemeEnd, to);
        end = to;
        if (schemeEnd == from || parametersStart == schemeEnd) {
            return fail(SipError.TOKEN, schemeEnd);
        }
        if (!digest) {
            return true;
        }
        int position = parametersStart;
        while (true) {
            position = parseParameter(source, position, to);
            if (position == NOT_FOUND || position == to) {
                return position == to;
            }
            if (!isAt(position, to, ',')) {
                return fail(SipError.UNEXPECTED_TEXT, position);
            }
            position = Octets.skipLws(source, position + 1, to);
        }
    }

    private int parseParameter(byte[] source, int from, int to) {
        int nameEnd = from;
        long key = 0;
        while (nameEnd < to) {
            int octet = Octets.lowerCaseToken(source[nameEnd]);
            if (octet == 0) {
                break;
            }
            key = key << Byte.SIZE | octet;
            nameEnd++;
        }
        int equal = Octets.skipLws(source, nameEnd, to);
        if (nameEnd == from || !isAt(equal, to, '=')) {
            fail(SipError.PARAMETER, from);
            return NOT_FOUND;
        }
        int valueStart = Octets.skipLws(source, equal + 1, to);
        boolean quoted = isAt(valueStart, to, '"');
        int valueEnd = quoted
            ? Octets.skipQuoted(source, valueStart, to)
            : Octets.skip(source, valueStart, to, Octets.TOKEN);
        if (valueEnd == NOT_FOUND || valueEnd == valueStart) {
            fail(quoted ? SipError.QUOTED_STRING : SipError.PARAMETER, valueStart);
            return NOT_FOUND;
        }
        return put(key, from, nameEnd, valueStart, valueEnd)
            ? Octets.skipLws(source, valueEnd, to)
            : NOT_FOUND;
    }

    private boolean put(long key, int nameStart, int nameEnd, int valueStart, int valueEnd) {
        for (int i = 0; i < Name.ALL.length; i++) {
            if (KEYS[i] == key && isNamed(Name.ALL[i].lowerCase, nameStart, nameEnd)) {
                if (starts[i] != NOT_FOUND) {
                    return fail(SipError.PARAMETER_REPEATED, nameStart);
                }
                starts[i] = valueStart;
                ends[i] = valueEnd;
                return true;
            }
        }
        return true;
    }

    /** For a name with the same key, which is all of it if it has less than eight letters. */
    private boolean isNamed(String lowerCase, int nameStart, int nameEnd) {
        return nameEnd - nameStart < Long.BYTES || Octets.equalsIgnoreCase(octets(), nameStart, nameEnd, lowerCase);
    }

    /** Whether the scheme is Digest; otherwise there are no parameters. */
    public boolean isDigest() {
        return digest;
    }

    /** The scheme in any case, such as {@code bearer}. */
    public boolean isScheme(String lowerCaseName) {
        return Octets.equalsIgnoreCase(octets(), schemeStart, schemeEnd, lowerCaseName);
    }

    /** Where what follows the scheme begins, such as a bearer token. */
    public int parametersStart() {
        return parametersStart;
    }

    public int end() {
        return end;
    }

    public boolean has(Name name) {
        return starts[name.number()] != NOT_FOUND;
    }

    /** Whether everything is there that a digest without qop is computed from (RFC 3261 §22.4). */
    public boolean isComplete() {
        return digest && has(Name.USERNAME) && has(Name.REALM) && has(Name.NONCE) && has(Name.URI)
            && has(Name.RESPONSE);
    }

    /** Where the value begins, its opening quote if it has one, or {@link #NOT_FOUND}. */
    public int start(Name name) {
        return starts[name.number()];
    }

    public int end(Name name) {
        return ends[name.number()];
    }

    /** Whether the value, without quotes and backslashes, is exactly that. */
    public boolean equals(Name name, byte[] expected) {
        return has(name) && QuotedText.equals(octets(), start(name), end(name), expected);
    }

    /** Whether the value is that text in any case, in quotes or not: for algorithm, qop and stale. */
    public boolean equalsIgnoreCase(Name name, String lowerCase) {
        if (!has(name)) {
            return false;
        }
        int quotes = octets()[start(name)] == '"' ? 1 : 0;
        return Octets.equalsIgnoreCase(octets(), start(name) + quotes, end(name) - quotes, lowerCase);
    }

    /** The value of {@code nc}, eight hexadecimal digits, or {@link #NOT_FOUND} (RFC 3261 §25.1). */
    public long nonceCount() {
        if (!has(Name.NC)) {
            return NOT_FOUND;
        }
        int quotes = octets()[start(Name.NC)] == '"' ? 1 : 0;
        int start = start(Name.NC) + quotes;
        int digitsEnd = end(Name.NC) - quotes;
        if (digitsEnd - start != NONCE_COUNT_DIGITS
            || Octets.skip(octets(), start, digitsEnd, Octets.HEX) != digitsEnd) {
            return NOT_FOUND;
        }
        long count = 0;
        for (int position = start; position < digitsEnd; position++) {
            count = count * HEX_RADIX + Character.digit(octets()[position], HEX_RADIX);
        }
        return count;
    }

    /** The value without quotes and backslashes; empty without. Allocates. */
    public String value(Name name) {
        return has(name) ? QuotedText.unquote(octets(), start(name), end(name)) : "";
    }
}
