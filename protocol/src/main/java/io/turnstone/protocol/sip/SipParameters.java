package io.turnstone.protocol.sip;

/**
 * The parameters of a header value, {@code *(SEMI generic-param)}, or of a URI, {@code *(";" uri-parameter)}
 * (RFC 3261 §25.1). One thread. A parameter that stands twice is an error (§7.3.1, §19.1.1).
 */
public final class SipParameters extends SipView {
    private static final int COUNT_MAX = 64;

    private final int[] nameStarts = new int[COUNT_MAX];
    private final int[] nameEnds = new int[COUNT_MAX];
    private final int[] valueStarts = new int[COUNT_MAX];
    private final int[] valueEnds = new int[COUNT_MAX];
    private int count;
    private boolean ofUri;

    SipParameters() {}

    /** Reads what follows a header value. Returns where the parameters end, or {@link #NOT_FOUND}. */
    int scanHeader(byte[] source, int start, int end) {
        begin(source);
        count = 0;
        ofUri = false;
        int position = Octets.skipLws(source, start, end);
        while (isAt(position, end, ';')) {
            int nameStart = Octets.skipLws(source, position + 1, end);
            int nameEnd = Octets.skip(source, nameStart, end, Octets.TOKEN);
            position = Octets.skipLws(source, nameEnd, end);
            int valueStart = NOT_FOUND;
            int valueEnd = NOT_FOUND;
            if (isAt(position, end, '=')) {
                valueStart = Octets.skipLws(source, position + 1, end);
                valueEnd = valueEnd(valueStart, end);
                if (valueEnd == NOT_FOUND) {
                    return NOT_FOUND;
                }
                position = Octets.skipLws(source, valueEnd, end);
            }
            if (!add(nameStart, nameEnd, valueStart, valueEnd)) {
                return NOT_FOUND;
            }
        }
        return position;
    }

    private int valueEnd(int start, int end) {
        if (isAt(start, end, '"')) {
            int after = Octets.skipQuoted(octets(), start, end);
            if (after == NOT_FOUND) {
                fail(SipError.QUOTED_STRING, start);
            }
            return after;
        }
        int after = Octets.skip(octets(), start, end, Octets.PARAMETER_VALUE);
        if (after == start) {
            fail(SipError.PARAMETER, start);
            return NOT_FOUND;
        }
        return after;
    }

    /** Reads what follows a URI's host, up to its headers. Returns where the parameters end, or {@link #NOT_FOUND}. */
    int scanUri(byte[] source, int start, int end) {
        begin(source);
        count = 0;
        ofUri = true;
        int position = start;
        while (isAt(position, end, ';')) {
            int nameStart = position + 1;
            int nameEnd = Octets.skipEscaped(source, nameStart, end, Octets.URI_PARAMETER);
            position = nameEnd;
            int valueStart = NOT_FOUND;
            int valueEnd = NOT_FOUND;
            if (isAt(position, end, '=')) {
                valueStart = position + 1;
                valueEnd = Octets.skipEscaped(source, valueStart, end, Octets.URI_PARAMETER);
                if (valueEnd == valueStart) {
                    fail(SipError.PARAMETER, valueStart);
                    return NOT_FOUND;
                }
                position = valueEnd;
            }
            if (!add(nameStart, nameEnd, valueStart, valueEnd)) {
                return NOT_FOUND;
            }
        }
        return position;
    }

    private boolean add(int nameStart, int nameEnd, int valueStart, int valueEnd) {
        if (nameEnd == nameStart) {
            return fail(SipError.PARAMETER, nameStart);
        }
        if (count == COUNT_MAX) {
            return fail(SipError.TOO_MANY_PARAMETERS, nameStart);
        }
        for (int i = 0; i < count; i++) {
            if (isNamed(i, nameStart, nameEnd)) {
                return fail(SipError.PARAMETER_REPEATED, nameStart);
            }
        }
        nameStarts[count] = nameStart;
        nameEnds[count] = nameEnd;
        valueStarts[count] = valueStart;
        valueEnds[count] = valueEnd;
        count++;
        return true;
    }

    private boolean isNamed(int index, int nameStart, int nameEnd) {
        return ofUri
            ? UriText.equalsIgnoreCase(octets(), nameStarts[index], nameEnds[index], octets(), nameStart, nameEnd)
            : Octets.equalsIgnoreCase(octets(), nameStarts[index], nameEnds[index], nameStart, nameEnd);
    }

    public int count() {
        return count;
    }

    /**
     * The index of the parameter with that name in any case, with escapes resolved in a URI; or {@link #NOT_FOUND}.
     *
     * @param lowerCaseName in lower case
     */
    public int find(String lowerCaseName) {
        for (int i = 0; i < count; i++) {
            if (Octets.equalsIgnoreCase(octets(), nameStarts[i], nameEnds[i], lowerCaseName)
                || (ofUri && UriText.equalsIgnoreCase(octets(), nameStarts[i], nameEnds[i], lowerCaseName))) {
                return i;
            }
        }
        return NOT_FOUND;
    }

    public boolean has(String lowerCaseName) {
        return find(lowerCaseName) != NOT_FOUND;
    }

    public int nameStart(int index) {
        return nameStarts[index];
    }

    public int nameEnd(int index) {
        return nameEnds[index];
    }

    /** Where the value begins, its opening quote if it has one; {@link #NOT_FOUND} without a value. */
    public int valueStart(int index) {
        return valueStarts[index];
    }

    public int valueEnd(int index) {
        return valueEnds[index];
    }

    /** Where the parameter ends, whether it has a value or not. */
    int end(int index) {
        return valueStarts[index] == NOT_FOUND ? nameEnds[index] : valueEnds[index];
    }

    public boolean hasValue(int index) {
        return valueStarts[index] != NOT_FOUND;
    }

    /** The value as text without quotes and backslashes, or with escapes resolved in a URI; empty without. Allocates. */
    public String value(int index) {
        if (!hasValue(index)) {
            return "";
        }
        return ofUri
            ? UriText.unescape(octets(), valueStarts[index], valueEnds[index])
            : QuotedText.unquote(octets(), valueStarts[index], valueEnds[index]);
    }

    /** The number that the value is, or {@link #NOT_FOUND} if there is no such parameter, it is none or it is above. */
    long number(String lowerCaseName, long limit) {
        int index = find(lowerCaseName);
        return index == NOT_FOUND || !hasValue(index)
            ? NOT_FOUND
            : Octets.number(octets(), valueStarts[index], valueEnds[index], limit);
    }

    /** Whether the value is that text in any case, in quotes or not. */
    boolean valueEqualsIgnoreCase(int index, String lowerCase) {
        return hasValue(index)
            && Octets.equalsIgnoreCase(octets(), valueStarts[index], valueEnds[index], lowerCase);
    }
}
