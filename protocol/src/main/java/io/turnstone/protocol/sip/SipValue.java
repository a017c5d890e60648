package io.turnstone.protocol.sip;

/**
 * A header field that has one value with parameters: Event and Subscription-State (RFC 6665 §8.2), Session-Expires (RFC
 * 4028 §4), Replaces (RFC 3891 §6.1), Content-Type, Content-Disposition. One thread; reused by {@link #wrap}, which must
 * have returned true.
 *
 * <pre>
 * presence;id=7        active;expires=600        1800;refresher=uac        application/sdp;charset=x
 * </pre>
 */
public final class SipValue extends SipView {
    /** A token, number, media type or Call-ID. */
    private static final int VALUE = Octets.WORD;

    private final SipParameters parameters = new SipParameters();
    private int start;
    private int end;

    /** False if it is missing, repeated or malformed. */
    public boolean wrap(SipMessage message, SipHeader header) {
        byte[] source = message.octets();
        begin(source);
        int row = message.first(header);
        if (row == NOT_FOUND) {
            return fail(SipError.HEADER_MISSING, message.headersEnd());
        }
        if (message.next(row) != NOT_FOUND) {
            return fail(SipError.HEADER_REPEATED, message.nameStart(message.next(row)));
        }
        int to = message.valueEnd(row);
        start = message.valueStart(row);
        end = Octets.skip(source, start, to, VALUE);
        if (isAt(end, to, '@')) {
            end = Octets.skip(source, end + 1, to, VALUE);
        }
        if (end == start) {
            return fail(SipError.TOKEN, start);
        }
        int position = parameters.scanHeader(source, end, to);
        if (position == NOT_FOUND) {
            return failAs(parameters);
        }
        return position == to || fail(SipError.UNEXPECTED_TEXT, position);
    }

    public int start() {
        return start;
    }

    public int end() {
        return end;
    }

    /** Whether the value, without its parameters, is that one in any case. */
    public boolean is(String lowerCase) {
        return Octets.equalsIgnoreCase(octets(), start, end, lowerCase);
    }

    /** The value as a number of seconds, or {@link #NOT_FOUND} if it is none. */
    public long seconds() {
        return Octets.number(octets(), start, end, SipMessage.EXPIRES_MAX);
    }

    public SipParameters parameters() {
        return parameters;
    }

    /** The value without its parameters. Allocates. */
    public String value() {
        return text(start, end);
    }
}
