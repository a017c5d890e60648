package io.turnstone.protocol.sip;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** What all views have: the octets they look at and what is wrong with them. One thread. */
public abstract sealed class SipView permits SipListView, SipParameters, SipUri, CSeq, DigestParameters, SipValue {
    /** What is returned for an offset or a number that is not there. */
    public static final int NOT_FOUND = -1;

    private DirectBuffer buffer = new UnsafeBuffer(new byte[0]);
    private SipError error = SipError.NONE;
    private int errorOffset;

    SipView() {}

    /** What was wrong when the view was last filled, or {@link SipError#NONE}. */
    public final SipError error() {
        return error;
    }

    /** Where in the buffer; meaningless without an error. */
    public final int errorOffset() {
        return errorOffset;
    }

    /** The octets that all offsets of the view count in. */
    public final DirectBuffer buffer() {
        return buffer;
    }

    final void begin(DirectBuffer source) {
        buffer = source;
        error = SipError.NONE;
    }

    /** Returns false, for the end of a method that fails. */
    final boolean fail(SipError what, int where) {
        error = what;
        errorOffset = where;
        return false;
    }

    /** Takes the error of a part over; returns false. */
    final boolean failAs(SipView part) {
        return fail(part.error(), part.errorOffset());
    }

    final boolean isAt(int position, int end, int octet) {
        return Octets.isAt(buffer, position, end, octet);
    }

    final String text(int start, int end) {
        return Octets.text(buffer, start, end);
    }
}
