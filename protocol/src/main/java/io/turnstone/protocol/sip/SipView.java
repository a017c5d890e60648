package io.turnstone.protocol.sip;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** What all views have: the octets they look at and what is wrong with them. One thread. */
public abstract sealed class SipView permits SipListView, SipParameters, SipUri, CSeq, DigestParameters, SipValue {
    /** What is returned for an offset or a number that is not there. */
    public static final int NOT_FOUND = -1;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[0]);
    private byte[] octets = {};
    private SipError error = SipError.NONE;
    private int errorOffset;

    SipView() {}

    /** What was wrong when the view was last filled, or {@link SipError#NONE}. */
    public final SipError error() {
        return error;
    }

    /** Where in the octets; meaningless without an error. */
    public final int errorOffset() {
        return errorOffset;
    }

    /** The octets that all offsets of the view count in. */
    public final DirectBuffer buffer() {
        buffer.wrap(octets);
        return buffer;
    }

    /** What {@link #buffer()} shows. */
    final byte[] octets() {
        return octets;
    }

    final void begin(byte[] source) {
        octets = source;
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
        return Octets.isAt(octets, position, end, octet);
    }

    final String text(int start, int end) {
        return Octets.text(octets, start, end);
    }
}
