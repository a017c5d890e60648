package io.turnstone.protocol.sip;

import io.turnstone.protocol.net.IpAddress;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;

/**
 * A value for a header field, put together without objects and reused. One thread. Allocates only to grow.
 *
 * <p>Every part is refused with an {@link IllegalArgumentException} if it holds CR, LF or NUL.
 */
public final class SipText {
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
    private final SipOutput output = new SipOutput(buffer);

    public SipText clear() {
        output.begin(buffer, 0);
        return this;
    }

    public SipText append(CharSequence text) {
        output.text(text);
        return this;
    }

    public SipText append(DirectBuffer source, int start, int end) {
        output.octets(source, start, end);
        return this;
    }

    /** In decimal. */
    public SipText append(long number) {
        output.number(number);
        return this;
    }

    /** The literal of an address, IPv6 in brackets. */
    public SipText appendAddress(long high, long low) {
        boolean ipv4 = IpAddress.isIpv4(high, low);
        if (!ipv4) {
            output.octet('[');
        }
        output.address(high, low);
        if (!ipv4) {
            output.octet(']');
        }
        return this;
    }

    /** A quoted string that stands for the text. */
    public SipText appendQuoted(CharSequence text) {
        output.octet('"');
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit == '"' || unit == '\\') {
                output.text(text.subSequence(start, i));
                output.octet('\\');
                start = i;
            }
        }
        output.text(start == 0 ? text : text.subSequence(start, text.length()));
        output.octet('"');
        return this;
    }

    public DirectBuffer buffer() {
        return buffer;
    }

    public int length() {
        return output.position();
    }

    SipOutput output() {
        return output;
    }

    /** Allocates. */
    @Override
    public String toString() {
        return Octets.text(buffer.byteArray(), 0, length());
    }
}
