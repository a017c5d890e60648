package io.turnstone.protocol.sip;

import org.agrona.DirectBuffer;

/**
 * Makes the index of a message in one pass (RFC 3261 §7). One thread; the message is the same object each time.
 *
 * <p>Refused are a bare CR or LF, a control character outside a quoted pair, more than one blank in the start line, and
 * a Content-Length that is repeated, no number or too large, since two elements that read such a message differently are
 * what smuggling needs. Accepted are empty lines before the start line (§7.5), folded lines, white space before the
 * colon, names in any case, compact forms, and a status line without a blank behind the code. Values are left to the
 * views; {@link Judgement} asks those that matter.
 *
 * <p>A message with an error in one line is indexed to the end if its lines can be told apart, so that it can be answered.
 */
public final class SipParser {
    private static final String VERSION_2_0 = "sip/2.0";
    private static final String VERSION_NAME = "sip/";
    private static final int STATUS_DIGITS = 3;
    private static final int STATUS_MIN = 100;
    private static final int STATUS_MAX = 699;
    private static final int FATAL = -1;
    private static final byte DELETE = 0x7F;

    private final SipLimits limits;
    private final SipMessage message;
    private byte[] octets = {};
    private int end;
    private SipError error = SipError.NONE;
    private int errorOffset;

    public SipParser(SipLimits limits) {
        this.limits = limits;
        message = new SipMessage(limits.headerCountMax());
    }

    /** What {@link #parse} filled last. */
    public SipMessage message() {
        return message;
    }

    /** The first thing that was wrong, or {@link SipError#NONE}. */
    public SipError error() {
        return error;
    }

    /** Where in the message, from 0; meaningless without an error. */
    public int errorOffset() {
        return errorOffset;
    }

    /**
     * Indexes one whole message: a datagram, a WebSocket message, or what {@link SipFramer} cut out of a stream.
     *
     * @return false if something is wrong; then {@link #message} has what was found nevertheless
     */
    public boolean parse(DirectBuffer source, int offset, int length, SipFraming framing) {
        message.reset(source, offset, length);
        octets = message.octets();
        error = SipError.NONE;
        end = length;
        if (length > limits.messageLengthMax()) {
            return fail(SipError.MESSAGE_TOO_LONG, limits.messageLengthMax());
        }
        int start = 0;
        while (Octets.isAt(octets, start, end, Octets.CR) && Octets.isAt(octets, start + 1, end, Octets.LF)) {
            start += 2;
        }
        int lineEnd = lineEnd(start, false);
        if (lineEnd == FATAL) {
            return false;
        }
        message.startLine(start, lineEnd + 2);
        parseStartLine(start, lineEnd);
        if (parseHeaders(lineEnd + 2)) {
            parseBody(framing);
        }
        return error == SipError.NONE;
    }

    private boolean fail(SipError what, int where) {
        if (error == SipError.NONE) {
            error = what;
            errorOffset = where;
        }
        return false;
    }

    private void parseStartLine(int start, int lineEnd) {
        int nameEnd = start + VERSION_NAME.length();
        if (lineEnd >= nameEnd && Octets.equalsIgnoreCase(octets, start, nameEnd, VERSION_NAME)) {
            parseStatusLine(start, lineEnd);
        } else {
            parseRequestLine(start, lineEnd);
        }
    }

    private void parseRequestLine(int start, int lineEnd) {
        int methodEnd = Octets.skip(octets, start, lineEnd, Octets.TOKEN);
        if (methodEnd == start || !Octets.isAt(octets, methodEnd, lineEnd, ' ')) {
            fail(SipError.START_LINE, methodEnd);
            return;
        }
        int uriStart = methodEnd + 1;
        int uriEnd = Octets.skip(octets, uriStart, lineEnd, Octets.URI);
        message.request(SipMethod.of(octets, start, methodEnd), methodEnd, uriStart, uriEnd);
        if (uriEnd == uriStart || !Octets.isAt(octets, uriEnd, lineEnd, ' ')) {
            fail(SipError.START_LINE, uriEnd);
            return;
        }
        checkVersion(uriEnd + 1, lineEnd);
    }

    private void parseStatusLine(int start, int lineEnd) {
        int versionEnd = start;
        while (versionEnd < lineEnd && octets[versionEnd] != ' ') {
            versionEnd++;
        }
        if (!checkVersion(start, versionEnd)) {
            return;
        }
        int codeStart = versionEnd + 1;
        int codeEnd = Octets.skip(octets, codeStart, lineEnd, Octets.DIGIT);
        long code = Octets.number(octets, codeStart, codeEnd, STATUS_MAX);
        if (codeEnd - codeStart != STATUS_DIGITS || code < STATUS_MIN) {
            fail(SipError.STATUS_CODE, codeStart);
        } else if (codeEnd == lineEnd) {
            message.response((int) code, lineEnd, lineEnd);
        } else if (octets[codeEnd] == ' ') {
            message.response((int) code, codeEnd + 1, lineEnd);
        } else {
            fail(SipError.STATUS_CODE, codeEnd);
        }
    }

    private boolean checkVersion(int start, int versionEnd) {
        if (Octets.equalsIgnoreCase(octets, start, versionEnd, VERSION_2_0)) {
            return true;
        }
        int nameEnd = start + VERSION_NAME.length();
        boolean named = versionEnd >= nameEnd && Octets.equalsIgnoreCase(octets, start, nameEnd, VERSION_NAME);
        int majorEnd = named ? Octets.skip(octets, nameEnd, versionEnd, Octets.DIGIT) : start;
        boolean version = majorEnd > nameEnd
            && Octets.isAt(octets, majorEnd, versionEnd, '.')
            && majorEnd + 1 < versionEnd
            && Octets.skip(octets, majorEnd + 1, versionEnd, Octets.DIGIT) == versionEnd;
        return fail(version ? SipError.VERSION : SipError.START_LINE, start);
    }

    /** @return false if the lines cannot be told apart to the end */
    private boolean parseHeaders(int start) {
        int position = start;
        while (position < end) {
            if (octets[position] == Octets.CR && Octets.isAt(octets, position + 1, end, Octets.LF)) {
                message.body(position, position + 2);
                return true;
            }
            if (message.isFull()) {
                return fail(SipError.TOO_MANY_HEADERS, position);
            }
            position = parseHeader(position);
            if (position == FATAL) {
                return false;
            }
        }
        return fail(SipError.HEADERS_UNTERMINATED, end);
    }

    /** @return where the next line begins, or {@link #FATAL} */
    private int parseHeader(int start) {
        int nameEnd = nearColon(start);
        SipHeader header = SipHeader.of(octets, start, nameEnd);
        if (header == SipHeader.OTHER) {
            nameEnd = Octets.skip(octets, start, end, Octets.TOKEN);
            header = SipHeader.of(octets, start, nameEnd);
        }
        int colon = nameEnd;
        while (Octets.isAt(octets, colon, end, ' ') || Octets.isAt(octets, colon, end, '\t')) {
            colon++;
        }
        if (nameEnd == start || !Octets.isAt(octets, colon, end, ':')) {
            fail(SipError.HEADER_NAME, colon);
            int skipped = lineEnd(start, true);
            return skipped == FATAL ? FATAL : skipped + 2;
        }
        int lineEnd = lineEnd(colon + 1, true);
        if (lineEnd == FATAL) {
            return FATAL;
        }
        int valueStart = Octets.skipLws(octets, colon + 1, lineEnd);
        int valueEnd = Octets.trimEnd(octets, valueStart, lineEnd);
        message.addHeader(header, start, nameEnd, valueStart, valueEnd, lineEnd + 2);
        return lineEnd + 2;
    }

    /** Where the first colon stands if it is where the colon of a known name is, otherwise {@code start}. */
    private int nearColon(int start) {
        for (int position = start; position < start + SipHeader.LENGTH_MAX; position += Long.BYTES) {
            long found = Octets.zeros(Octets.eight(octets, position) ^ Octets.EACH_OCTET * ':');
            if (found != 0) {
                int colon = position + Octets.firstSign(found);
                return colon < end ? colon : start;
            }
        }
        return start;
    }

    /** @return where the CR stands that ends the line, or {@link #FATAL} */
    private int lineEnd(int start, boolean folded) {
        int position = nextControl(start);
        while (position < end) {
            byte octet = octets[position];
            if (octet == Octets.CR) {
                if (!Octets.isAt(octets, position + 1, end, Octets.LF)) {
                    break;
                }
                position += 2;
                if (!folded || !(Octets.isAt(octets, position, end, ' ') || Octets.isAt(octets, position, end, '\t'))) {
                    return position - 2;
                }
            } else if (octet == Octets.LF) {
                break;
            } else {
                if (octet != '\t' && !isQuotedPair(position, start)) {
                    fail(SipError.CONTROL_CHARACTER, position);
                }
                position++;
            }
            position = nextControl(position);
        }
        fail(position < end ? SipError.LINE_END : SipError.HEADERS_UNTERMINATED, position);
        return FATAL;
    }

    /** Whether an odd number of backslashes stands before: the control character is quoted (RFC 3261 §25.1). */
    private boolean isQuotedPair(int position, int lineStart) {
        int first = position;
        while (first > lineStart && octets[first - 1] == '\\') {
            first--;
        }
        return (position - first & 1) == 1;
    }

    /** The first control character from {@code start} on, or the end. Looks at eight octets at a time. */
    private int nextControl(int start) {
        int position = start;
        while (position <= end - Long.BYTES) {
            long eight = Octets.eight(octets, position);
            long belowBlank = eight - Octets.EACH_OCTET * ' ' & ~eight & Octets.EACH_SIGN;
            long found = belowBlank | Octets.zeros(eight ^ Octets.EACH_OCTET * DELETE);
            if (found != 0) {
                return position + Octets.firstSign(found);
            }
            position += Long.BYTES;
        }
        while (position < end && !isControl(octets[position])) {
            position++;
        }
        return position;
    }

    private static boolean isControl(byte octet) {
        return (octet >= 0 && octet < ' ') || octet == DELETE;
    }

    private void parseBody(SipFraming framing) {
        int bodyStart = message.bodyStart();
        int row = message.first(SipHeader.CONTENT_LENGTH);
        if (row == SipMessage.NOT_FOUND) {
            if (framing == SipFraming.STREAM) {
                fail(SipError.CONTENT_LENGTH_MISSING, message.headersEnd());
            }
            return;
        }
        if (message.next(row) != SipMessage.NOT_FOUND) {
            fail(SipError.CONTENT_LENGTH_REPEATED, message.nameStart(message.next(row)));
            return;
        }
        int valueStart = message.valueStart(row);
        long length = Octets.number(octets, valueStart, message.valueEnd(row), Integer.MAX_VALUE);
        if (length == Octets.NOT_FOUND) {
            fail(SipError.CONTENT_LENGTH, valueStart);
        } else if (length > end - bodyStart) {
            fail(SipError.BODY_TRUNCATED, end);
        } else {
            message.bodyEnd(bodyStart + (int) length);
        }
    }
}
