package io.turnstone.protocol.sip;

import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes a message header field by header field, closed by {@link #end()} or a body. One thread; reused.
 *
 * <p>Text with CR, LF or NUL is refused with an {@link IllegalArgumentException}, and nothing may be added after that. A
 * buffer that is too small is the caller's fault and throws {@link IndexOutOfBoundsException}.
 */
public abstract sealed class SipWriter permits SipRequestWriter, SipResponseWriter {
    static final byte[] VERSION = "SIP/2.0".getBytes(StandardCharsets.US_ASCII);

    private final UnsafeBuffer bytes = new UnsafeBuffer(new byte[0]);
    private final SipOutput output = new SipOutput(bytes);
    private int offset;

    SipWriter() {}

    final SipOutput begin(MutableDirectBuffer target, int from) {
        offset = from;
        output.begin(target, from);
        return output;
    }

    final SipOutput output() {
        return output;
    }

    public final SipWriter header(SipHeader header, CharSequence value) {
        output.headerName(header);
        output.text(value);
        output.endLine();
        return this;
    }

    public final SipWriter header(SipHeader header, SipText value) {
        output.headerName(header);
        output.copy(value.buffer(), 0, value.length());
        output.endLine();
        return this;
    }

    public final SipWriter header(SipHeader header, long value) {
        output.headerName(header);
        output.number(value);
        output.endLine();
        return this;
    }

    /** @param name one without {@link SipHeader}; a token */
    public final SipWriter header(String name, CharSequence value) {
        output.headerName(name);
        output.text(value);
        output.endLine();
        return this;
    }

    /** Copies all rows of that name from a message that was parsed, as they stand. */
    public final SipWriter copyAll(SipMessage message, SipHeader header) {
        for (int row = message.first(header); row != SipMessage.NOT_FOUND; row = message.next(row)) {
            output.copy(message.buffer(), message.nameStart(row), message.lineEnd(row));
        }
        return this;
    }

    /** Ends the message without a body; returns its length in octets. */
    public final int end() {
        output.headerName(SipHeader.CONTENT_LENGTH);
        output.octet('0');
        output.endLine();
        output.endLine();
        return output.position() - offset;
    }

    /** Ends the message with a body of any octets; returns the length of all in octets. */
    public final int body(CharSequence contentType, DirectBuffer body, int start, int length) {
        header(SipHeader.CONTENT_TYPE, contentType);
        header(SipHeader.CONTENT_LENGTH, length);
        output.endLine();
        output.copy(body, start, start + length);
        return output.position() - offset;
    }

    /** As {@link #body(CharSequence, DirectBuffer, int, int)}, of a whole array. */
    public final int body(CharSequence contentType, byte[] body) {
        bytes.wrap(body);
        return body(contentType, bytes, 0, body.length);
    }
}
