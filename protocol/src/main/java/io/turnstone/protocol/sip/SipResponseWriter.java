package io.turnstone.protocol.sip;

import java.nio.charset.StandardCharsets;
import org.agrona.MutableDirectBuffer;

/**
 * Writes the response to a request (RFC 3261 §8.2.6): Via, From, To, Call-ID and CSeq are the request's, also if they are
 * malformed, since a 400 must reach whoever wrote them. One thread; reused.
 */
public final class SipResponseWriter extends SipWriter {
    private static final int TRYING = 100;
    private static final int CODE_MAX = 699;
    private static final String USUAL_REASON = "";
    private static final byte[] TAG = ";tag=".getBytes(StandardCharsets.US_ASCII);

    private final Via via = new Via();
    private final SipAddress to = new SipAddress();
    private boolean sourceKnown;
    private long sourceHigh;
    private long sourceLow;
    private int sourcePort;

    /** Tells, before {@link #begin}, whence the request came, which goes into the top Via (RFC 3581 §4). */
    public SipResponseWriter source(long high, long low, int port) {
        sourceKnown = true;
        sourceHigh = high;
        sourceLow = low;
        sourcePort = port;
        return this;
    }

    /** Tells that the top Via is to be copied as it stands. */
    public SipResponseWriter noSource() {
        sourceKnown = false;
        return this;
    }

    /** As the other, with the usual reason phrase. */
    public SipWriter begin(MutableDirectBuffer buffer, int offset, SipMessage request, int status, CharSequence toTag) {
        return begin(buffer, offset, request, status, USUAL_REASON, toTag);
    }

    /**
     * Writes the status line and what is copied from the request.
     *
     * @param status 100 to 699
     * @param reason the usual one if empty
     * @param toTag a token for To, unless it has a tag; empty for none, which only 100 may have
     * @throws IllegalArgumentException if {@code status} is out of range, or a text cannot be written
     */
    public SipWriter begin(
        MutableDirectBuffer buffer, int offset, SipMessage request, int status, CharSequence reason,
        CharSequence toTag) {
        if (status < TRYING || status > CODE_MAX) {
            throw new IllegalArgumentException("no status code is " + status);
        }
        SipOutput output = begin(buffer, offset);
        output.constant(VERSION);
        output.octet(' ');
        output.number(status);
        output.octet(' ');
        if (reason.isEmpty()) {
            output.constant(ReasonPhrase.octets(status));
        } else {
            output.text(reason);
        }
        output.endLine();
        copyVia(output, request);
        copyAll(request, SipHeader.FROM);
        copyTo(output, request, toTag);
        copyAll(request, SipHeader.CALL_ID);
        copyAll(request, SipHeader.CSEQ);
        if (status == TRYING) {
            copyAll(request, SipHeader.TIMESTAMP);
        }
        return this;
    }

    private void copyVia(SipOutput output, SipMessage request) {
        boolean filled = sourceKnown && via.first(request) && ReceivedVia.isNeeded(via, sourceHigh, sourceLow);
        if (!filled) {
            copyAll(request, SipHeader.VIA);
            return;
        }
        int row = via.row();
        output.copy(request.buffer(), request.nameStart(row), via.start());
        ReceivedVia.put(output, via, sourceHigh, sourceLow, sourcePort);
        output.copy(request.buffer(), via.end(), request.lineEnd(row));
        for (int next = request.next(row); next != SipMessage.NOT_FOUND; next = request.next(next)) {
            output.copy(request.buffer(), request.nameStart(next), request.lineEnd(next));
        }
    }

    private void copyTo(SipOutput output, SipMessage request, CharSequence toTag) {
        boolean tagged = toTag.isEmpty() || !to.to(request) || to.hasTag();
        if (tagged) {
            copyAll(request, SipHeader.TO);
            return;
        }
        int row = request.first(SipHeader.TO);
        output.copy(request.buffer(), request.nameStart(row), request.valueEnd(row));
        output.constant(TAG);
        output.text(toTag);
        output.endLine();
    }
}
