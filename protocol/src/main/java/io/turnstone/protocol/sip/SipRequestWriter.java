package io.turnstone.protocol.sip;

import org.agrona.MutableDirectBuffer;

/** Writes requests of our own, and those that follow from a request that was sent. One thread; reused. */
public final class SipRequestWriter extends SipWriter {
    private static final int MAX_FORWARDS = 70;

    private final Via via = new Via();
    private final CSeq cseq = new CSeq();

    /**
     * Writes a request line; all header fields are the caller's (RFC 3261 §8.1.1).
     *
     * @param method a token
     */
    public SipWriter begin(MutableDirectBuffer buffer, int offset, String method, CharSequence requestUri) {
        SipOutput output = begin(buffer, offset);
        output.token(method);
        output.octet(' ');
        output.text(requestUri);
        output.octet(' ');
        output.constant(VERSION);
        output.endLine();
        return this;
    }

    /**
     * Begins the ACK to a final response that is not 2xx (RFC 3261 §17.1.1.3), all of it but the end.
     *
     * @param invite as it was sent
     * @param response whose To counts
     * @throws IllegalArgumentException if {@code invite} has no good Via or CSeq
     */
    public SipWriter ack(MutableDirectBuffer buffer, int offset, SipMessage invite, SipMessage response) {
        return follow(buffer, offset, invite, response, SipMethod.ACK);
    }

    /**
     * Begins the CANCEL of a request (RFC 3261 §9.1), all of it but the end.
     *
     * @param request as it was sent
     * @throws IllegalArgumentException if {@code request} has no good Via or CSeq
     */
    public SipWriter cancel(MutableDirectBuffer buffer, int offset, SipMessage request) {
        return follow(buffer, offset, request, request, SipMethod.CANCEL);
    }

    private SipWriter follow(
        MutableDirectBuffer buffer, int offset, SipMessage request, SipMessage withTo, SipMethod method) {
        if (!via.first(request) || !cseq.wrap(request)) {
            throw new IllegalArgumentException("'" + request + "' has no good Via or CSeq");
        }
        SipOutput output = begin(buffer, offset);
        output.ascii(method.name());
        output.octet(' ');
        output.copy(request.buffer(), request.requestUriStart(), request.requestUriEnd());
        output.octet(' ');
        output.constant(VERSION);
        output.endLine();
        output.headerName(SipHeader.VIA);
        output.copy(request.buffer(), via.start(), via.end());
        output.endLine();
        copyAll(request, SipHeader.ROUTE);
        header(SipHeader.MAX_FORWARDS, MAX_FORWARDS);
        copyAll(request, SipHeader.FROM);
        copyAll(withTo, SipHeader.TO);
        copyAll(request, SipHeader.CALL_ID);
        output.headerName(SipHeader.CSEQ);
        output.number(cseq.number());
        output.octet(' ');
        output.ascii(method.name());
        output.endLine();
        return this;
    }
}
