package io.turnstone.protocol.sip;

/** CSeq, {@code 1*DIGIT LWS Method} (RFC 3261 §20.16). One thread; reused by {@link #wrap}, which must have returned true. */
public final class CSeq extends SipView {
    private static final long NUMBER_MAX = 0xFFFF_FFFFL;

    private long number;
    private SipMethod method = SipMethod.OTHER;
    private int methodStart;
    private int methodEnd;

    /** False if it is missing, repeated or malformed. Numbers from 2^31 on, which nobody should send, are taken. */
    public boolean wrap(SipMessage message) {
        byte[] source = message.octets();
        begin(source);
        int row = message.first(SipHeader.CSEQ);
        if (row == NOT_FOUND) {
            return fail(SipError.HEADER_MISSING, message.headersEnd());
        }
        if (message.next(row) != NOT_FOUND) {
            return fail(SipError.HEADER_REPEATED, message.nameStart(message.next(row)));
        }
        int start = message.valueStart(row);
        methodEnd = message.valueEnd(row);
        int numberEnd = Octets.skip(source, start, methodEnd, Octets.DIGIT);
        number = Octets.number(source, start, numberEnd, NUMBER_MAX);
        if (number == NOT_FOUND) {
            return fail(SipError.NUMBER, start);
        }
        methodStart = Octets.skipLws(source, numberEnd, methodEnd);
        int tokenEnd = Octets.skip(source, methodStart, methodEnd, Octets.TOKEN);
        if (methodStart == numberEnd || tokenEnd == methodStart || tokenEnd < methodEnd) {
            return fail(SipError.TOKEN, tokenEnd);
        }
        method = SipMethod.of(source, methodStart, methodEnd);
        return true;
    }

    /** 0 to 2^32-1. */
    public long number() {
        return number;
    }

    public SipMethod method() {
        return method;
    }

    public int methodStart() {
        return methodStart;
    }

    public int methodEnd() {
        return methodEnd;
    }

    /** Whether the method is the one of the request line; case counts. */
    boolean isMethodOf(SipMessage request) {
        int start = request.methodStart();
        int length = request.methodEnd() - start;
        if (length != methodEnd - methodStart) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (octets()[start + i] != octets()[methodStart + i]) {
                return false;
            }
        }
        return true;
    }
}
