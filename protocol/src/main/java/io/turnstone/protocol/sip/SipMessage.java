package io.turnstone.protocol.sip;

import java.util.Arrays;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The index of one message: offsets into its own copy of the octets. One thread; filled anew by each
 * {@link SipParser#parse}, and valid until the next. Offsets count from the message's first octet and ends are exclusive.
 *
 * <p>The copy is an array because a buffer checks the bounds of each octet that is read, and the compiler moves those of an
 * array out of the scans. A third of all was saved by that; the copy costs a fiftieth.
 *
 * <pre>
 * INVITE sip:bob@example.com SIP/2.0 CRLF      startLine: method, requestUri      or status, reason
 * Via: SIP/2.0/WSS a.invalid;branch=z9 CRLF    row 0: lineStart name nameEnd  value valueEnd  lineEnd
 * Subject : a long CRLF
 *  one CRLF                                    row 1, folded
 * CRLF                                         headersEnd
 * v=0 ...                                      body, bodyLength
 * </pre>
 *
 * A header field is named by its <em>row</em>, the place in the message from 0; its value has no white space around it.
 */
public final class SipMessage {
    /** What is returned for a row, an offset or a number that is not there. */
    public static final int NOT_FOUND = -1;

    /** What {@link #maxForwards} and {@link #expires} return for a value that is no number or out of range. */
    public static final int MALFORMED = -2;

    /** The greatest delta-seconds (RFC 3261 §20.19). */
    public static final long EXPIRES_MAX = 0xFFFF_FFFFL;

    private static final int MAX_FORWARDS_MAX = 255;
    /** Octets behind the message, so that its last ones can be looked at eight at a time. */
    private static final int SLACK = SipHeader.LENGTH_MAX + Long.BYTES;
    private static final SipHeader[] HEADERS = SipHeader.values();

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[0]);
    private byte[] octets = {};
    private final DigestParameters credentials = new DigestParameters();
    private int credentialsRow;
    private final SipHeader[] names;
    private final int[] nameStarts;
    private final int[] nameEnds;
    private final int[] valueStarts;
    private final int[] valueEnds;
    private final int[] lineEnds;
    private final int[] nextRows;
    private final int[] firstRows = new int[HEADERS.length];
    private final int[] lastRows = new int[HEADERS.length];
    private int headerCount;
    private boolean complete;

    private SipMethod method = SipMethod.OTHER;
    private int statusCode;
    private int startLineStart;
    private int startLineEnd;
    private int methodEnd;
    private int requestUriStart;
    private int requestUriEnd;
    private int reasonStart;
    private int reasonEnd;
    private int headersEnd;
    private int bodyStart;
    private int bodyEnd;

    SipMessage(int headerCountMax) {
        names = new SipHeader[headerCountMax];
        nameStarts = new int[headerCountMax];
        nameEnds = new int[headerCountMax];
        valueStarts = new int[headerCountMax];
        valueEnds = new int[headerCountMax];
        lineEnds = new int[headerCountMax];
        nextRows = new int[headerCountMax];
        Arrays.fill(firstRows, NOT_FOUND);
    }

    void reset(DirectBuffer source, int offset, int length) {
        if (octets.length < length + SLACK) {
            octets = new byte[BitUtil.findNextPositivePowerOfTwo(length + SLACK)];
        }
        source.getBytes(offset, octets, 0, length);
        buffer.wrap(octets, 0, length);
        headerCount = 0;
        credentialsRow = NOT_FOUND;
        complete = false;
        Arrays.fill(firstRows, NOT_FOUND);
        method = SipMethod.OTHER;
        statusCode = 0;
        startLineStart = 0;
        startLineEnd = 0;
        methodEnd = 0;
        requestUriStart = 0;
        requestUriEnd = 0;
        reasonStart = 0;
        reasonEnd = 0;
        headersEnd = length;
        bodyStart = length;
        bodyEnd = length;
    }

    void startLine(int start, int end) {
        startLineStart = start;
        startLineEnd = end;
    }

    void request(SipMethod value, int endOfMethod, int startOfUri, int endOfUri) {
        method = value;
        methodEnd = endOfMethod;
        requestUriStart = startOfUri;
        requestUriEnd = endOfUri;
    }

    void response(int status, int startOfReason, int endOfReason) {
        statusCode = status;
        reasonStart = startOfReason;
        reasonEnd = endOfReason;
    }

    boolean isFull() {
        return headerCount == names.length;
    }

    void addHeader(SipHeader name, int nameStart, int nameEnd, int valueStart, int valueEnd, int lineEnd) {
        int row = headerCount++;
        int number = name.number();
        names[row] = name;
        nameStarts[row] = nameStart;
        nameEnds[row] = nameEnd;
        valueStarts[row] = valueStart;
        valueEnds[row] = valueEnd;
        lineEnds[row] = lineEnd;
        nextRows[row] = NOT_FOUND;
        if (firstRows[number] == NOT_FOUND) {
            firstRows[number] = row;
        } else {
            nextRows[lastRows[number]] = row;
        }
        lastRows[number] = row;
    }

    void body(int endOfHeaders, int start) {
        headersEnd = endOfHeaders;
        bodyStart = start;
        complete = true;
    }

    void bodyEnd(int end) {
        bodyEnd = end;
    }

    /** The octets of the message; offset 0 is its first. */
    public DirectBuffer buffer() {
        return buffer;
    }

    /** What {@link #buffer()} shows; longer than the message. */
    byte[] octets() {
        return octets;
    }

    /** All octets up to the end of the body; what the datagram holds behind it does not count (RFC 3261 §18.3). */
    public int length() {
        return bodyEnd;
    }

    /** Whether every header field is in the index, which may be so although the parser found something wrong. */
    public boolean isComplete() {
        return complete;
    }

    /** Whether the first line began as a request line does; otherwise nothing can be asked of request or response. */
    public boolean isRequest() {
        return methodEnd > startLineStart;
    }

    public boolean isResponse() {
        return statusCode != 0;
    }

    public SipMethod method() {
        return method;
    }

    public int methodStart() {
        return startLineStart;
    }

    public int methodEnd() {
        return methodEnd;
    }

    public int requestUriStart() {
        return requestUriStart;
    }

    public int requestUriEnd() {
        return requestUriEnd;
    }

    /** 100 to 699. */
    public int statusCode() {
        return statusCode;
    }

    public int reasonStart() {
        return reasonStart;
    }

    public int reasonEnd() {
        return reasonEnd;
    }

    int startLineStart() {
        return startLineStart;
    }

    /** Where the first header field begins. */
    public int headersStart() {
        return startLineEnd;
    }

    /** Where the empty line behind the header fields begins. */
    public int headersEnd() {
        return headersEnd;
    }

    public int bodyStart() {
        return bodyStart;
    }

    public int bodyLength() {
        return bodyEnd - bodyStart;
    }

    public int headerCount() {
        return headerCount;
    }

    public SipHeader header(int row) {
        return names[row];
    }

    /** The first row with that name, or {@link #NOT_FOUND}; not for {@link SipHeader#OTHER}. */
    public int first(SipHeader header) {
        return firstRows[header.number()];
    }

    /** The next row with the same name as {@code row}, or {@link #NOT_FOUND}. */
    public int next(int row) {
        return nextRows[row];
    }

    public boolean has(SipHeader header) {
        return firstRows[header.number()] != NOT_FOUND;
    }

    /**
     * The first row from {@code fromRow} with a name that has no {@link SipHeader}, or {@link #NOT_FOUND}.
     *
     * @param lowerCaseName in lower case
     */
    public int find(String lowerCaseName, int fromRow) {
        for (int row = fromRow; row < headerCount; row++) {
            if (names[row] == SipHeader.OTHER
                && Octets.equalsIgnoreCase(octets, nameStarts[row], nameEnds[row], lowerCaseName)) {
                return row;
            }
        }
        return NOT_FOUND;
    }

    /** Where the line begins, and its name. */
    public int nameStart(int row) {
        return nameStarts[row];
    }

    public int nameEnd(int row) {
        return nameEnds[row];
    }

    public int valueStart(int row) {
        return valueStarts[row];
    }

    public int valueEnd(int row) {
        return valueEnds[row];
    }

    /** Where the next line begins. */
    public int lineEnd(int row) {
        return lineEnds[row];
    }

    /**
     * The credentials or challenge of a row, or null if it is malformed; read once, however often it is asked for in a row.
     * The object is the same for all rows.
     */
    public @Nullable DigestParameters credentials(int row) {
        if (credentialsRow != row) {
            credentialsRow = row;
            credentials.wrap(this, row);
        }
        return credentials.error() == SipError.NONE ? credentials : null;
    }

    /** The number, {@link #NOT_FOUND} or {@link #MALFORMED} (RFC 3261 §20.22: 0 to 255). */
    public int maxForwards() {
        return (int) number(SipHeader.MAX_FORWARDS, MAX_FORWARDS_MAX);
    }

    /** Seconds, {@link #NOT_FOUND} or {@link #MALFORMED}; the RFC's default may stand for both (RFC 3261 §10.2.1.1). */
    public long expires() {
        return number(SipHeader.EXPIRES, EXPIRES_MAX);
    }

    private long number(SipHeader header, long limit) {
        int row = first(header);
        if (row == NOT_FOUND) {
            return NOT_FOUND;
        }
        long value = Octets.number(octets, valueStarts[row], valueEnds[row], limit);
        return value == NOT_FOUND ? MALFORMED : value;
    }

    /** The octets as text, each fold as one blank. Allocates. */
    public String text(int start, int end) {
        return Octets.text(octets, start, end);
    }

    /** A row's value as text, each fold as one blank. Allocates. */
    public String value(int row) {
        return text(valueStarts[row], valueEnds[row]);
    }

    /** The start line, for logs. Allocates. */
    @Override
    public String toString() {
        return text(startLineStart, Octets.trimEnd(octets, startLineStart, startLineEnd));
    }
}
