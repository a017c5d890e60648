package io.turnstone.protocol.sip;

import org.jspecify.annotations.Nullable;

/**
 * A view of one value at a time of a header field that is a comma-separated list, over all its rows (RFC 3261 §7.3.1).
 * One thread.
 *
 * <pre>
 * for (boolean has = view.first(message); has; has = view.next()) {
 *     ...
 * }
 * if (view.error() != SipError.NONE) ...
 * </pre>
 */
public abstract sealed class SipListView extends SipView permits SipAddress, Via, TokenList {
    private @Nullable SipMessage message;
    private int row = NOT_FOUND;
    private int start;
    private int afterElement;
    private int end;

    SipListView() {}

    /**
     * Reads one value that begins at {@code from}, which is no white space.
     *
     * @return where it ended, white space behind it passed; {@link #NOT_FOUND} after {@link #fail}
     */
    abstract int parse(byte[] source, int from, int to);

    /** Goes to the first value of the rows with that name; false if there is none or it is malformed. */
    public final boolean first(SipMessage source, SipHeader header) {
        message = source;
        begin(source.octets());
        return beginRow(source.first(header));
    }

    /** Goes to the first value of the only row with that name; a second row or value is {@link SipError#HEADER_REPEATED}. */
    final boolean only(SipMessage source, SipHeader header) {
        if (!first(source, header)) {
            return false;
        }
        int second = source.next(row);
        return second == NOT_FOUND
            ? afterElement == end || fail(SipError.HEADER_REPEATED, afterElement)
            : fail(SipError.HEADER_REPEATED, source.nameStart(second));
    }

    /** Goes to the first value of a list that stands in no message, as {@code from} to {@code to} has it. */
    final boolean firstOf(byte[] source, int from, int to) {
        message = null;
        row = NOT_FOUND;
        begin(source);
        end = Octets.trimEnd(source, from, to);
        return element(Octets.skipLws(source, from, end));
    }

    /** Goes to the next value; false if there is none or it is malformed. */
    public final boolean next() {
        if (error() != SipError.NONE) {
            return false;
        }
        if (afterElement < end) {
            return element(Octets.skipLws(octets(), afterElement + 1, end));
        }
        SipMessage source = message;
        return source != null && row != NOT_FOUND && beginRow(source.next(row));
    }

    private boolean beginRow(int nextRow) {
        row = nextRow;
        SipMessage source = message;
        if (source == null || nextRow == NOT_FOUND) {
            end = 0;
            afterElement = 0;
            return false;
        }
        end = source.valueEnd(nextRow);
        return element(source.valueStart(nextRow));
    }

    private boolean element(int from) {
        start = from;
        if (from >= end || isAt(from, end, ',')) {
            return fail(SipError.EMPTY_ELEMENT, from);
        }
        afterElement = parse(octets(), from, end);
        if (afterElement == NOT_FOUND) {
            return false;
        }
        return afterElement == end || isAt(afterElement, end, ',') || fail(SipError.UNEXPECTED_TEXT, afterElement);
    }

    /** The row of the message that the value stands in. */
    public final int row() {
        return row;
    }

    /** Where the value begins. */
    public final int start() {
        return start;
    }

    /** Where the value ends, without white space and comma. */
    public final int end() {
        return Octets.trimEnd(octets(), start, afterElement);
    }

    /** Whether the value is the last of its row. */
    final boolean isLastOfRow() {
        return afterElement >= end;
    }

    /** Where the next value of the row begins; only if it is not the last. */
    final int nextStart() {
        return Octets.skipLws(octets(), afterElement + 1, end);
    }
}
