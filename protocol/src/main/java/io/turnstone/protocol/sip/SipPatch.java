package io.turnstone.protocol.sip;

import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Copies a message byte for byte except for the edits collected since {@link #begin} (RFC 3261 §16.6, §16.7). One thread;
 * reused. The message must stay as it is until {@link #write}. An edit of something that another edit removes is dropped.
 *
 * <p>Text with CR, LF or NUL is refused with an {@link IllegalArgumentException}. Allocates only to grow.
 */
public final class SipPatch {
    private static final int EDITS_MAX = 128;
    private static final int EDIT_INTS = 4;
    private static final int MAX_FORWARDS_DEFAULT = 70;

    private final ExpandableArrayBuffer inserted = new ExpandableArrayBuffer();
    private final SipOutput output = new SipOutput(inserted);
    /** Of each edit: start and end in the message, start and end of what takes its place in {@link #inserted}. */
    private final int[] edits = new int[EDITS_MAX * EDIT_INTS];
    private final Via via = new Via();
    private final Via topVia = new Via();
    private final SipAddress route = new SipAddress();
    private SipMessage message = new SipMessage(0);
    private int count;
    private boolean viaMoved;
    private boolean routeMoved;

    /** Forgets all edits and begins with none. */
    public SipPatch begin(SipMessage source) {
        message = source;
        count = 0;
        viaMoved = false;
        routeMoved = false;
        output.begin(inserted, 0);
        return this;
    }

    /** Takes the place of the Request-URI; the caller answers for its syntax. */
    public SipPatch requestUri(CharSequence uri) {
        int from = output.position();
        output.text(uri);
        return edit(message.requestUriStart(), message.requestUriEnd(), from);
    }

    public SipPatch requestUri(DirectBuffer source, int start, int end) {
        int from = output.position();
        output.octets(source, start, end);
        return edit(message.requestUriStart(), message.requestUriEnd(), from);
    }

    /**
     * One less; 70 if it is not there or out of range (RFC 3261 §16.6 step 3, RFC 4475 §3.1.2.4).
     *
     * @throws IllegalStateException if it is 0: such a request is answered, not sent on
     */
    public SipPatch decrementMaxForwards() {
        int hops = message.maxForwards();
        if (hops == 0) {
            throw new IllegalStateException("Max-Forwards is used up");
        }
        int from = output.position();
        if (hops == SipMessage.NOT_FOUND) {
            output.headerName(SipHeader.MAX_FORWARDS);
            output.number(MAX_FORWARDS_DEFAULT);
            output.endLine();
            return edit(message.headersEnd(), message.headersEnd(), from);
        }
        output.number(hops == SipMessage.MALFORMED ? MAX_FORWARDS_DEFAULT : hops - 1);
        int row = message.first(SipHeader.MAX_FORWARDS);
        return edit(message.valueStart(row), message.valueEnd(row), from);
    }

    /** Puts a line in front of all others; what is put later stands before what was put earlier. */
    public SipPatch prepend(SipHeader header, CharSequence value) {
        int from = beginLine(header);
        output.text(value);
        return endFirstLine(from);
    }

    public SipPatch prepend(SipHeader header, SipText value) {
        int from = beginLine(header);
        output.copy(value.buffer(), 0, value.length());
        return endFirstLine(from);
    }

    /** As {@link #prepend(SipHeader, CharSequence)}, for a name without {@link SipHeader}. */
    public SipPatch prepend(String headerName, CharSequence value) {
        int from = output.position();
        output.headerName(headerName);
        output.text(value);
        return endFirstLine(from);
    }

    /** Puts a line behind all others, in the order of the calls. */
    public SipPatch append(SipHeader header, CharSequence value) {
        int from = beginLine(header);
        output.text(value);
        return endLastLine(from);
    }

    public SipPatch append(SipHeader header, SipText value) {
        int from = beginLine(header);
        output.copy(value.buffer(), 0, value.length());
        return endLastLine(from);
    }

    /** As {@link #append(SipHeader, CharSequence)}, for a name without {@link SipHeader}. */
    public SipPatch append(String headerName, CharSequence value) {
        int from = output.position();
        output.headerName(headerName);
        output.text(value);
        return endLastLine(from);
    }

    private int beginLine(SipHeader header) {
        int from = output.position();
        output.headerName(header);
        return from;
    }

    private SipPatch endFirstLine(int from) {
        output.endLine();
        int start = message.headersStart();
        int place = count;
        while (place > 0 && start(place - 1) >= start) {
            place--;
        }
        return insertEdit(place, start, start, from);
    }

    private SipPatch endLastLine(int from) {
        output.endLine();
        return edit(message.headersEnd(), message.headersEnd(), from);
    }

    /** Removes the top Via, the next one with each further call; false if there is none left or it is malformed. */
    public boolean popVia() {
        boolean has = viaMoved ? via.next() : via.first(message);
        viaMoved = true;
        return has && pop(via);
    }

    /** Removes the top Route, the next one with each further call; false if there is none left or it is malformed. */
    public boolean popRoute() {
        boolean has = routeMoved ? route.next() : route.first(message, SipHeader.ROUTE);
        routeMoved = true;
        return has && pop(route);
    }

    private boolean pop(SipListView list) {
        if (list.isLastOfRow()) {
            drop(list.row());
        } else {
            edit(list.start(), list.nextStart(), output.position());
        }
        return true;
    }

    /** Writes into the top Via whence the request came, as far as the RFCs want it; false if there is no good Via. */
    public boolean fillReceived(long high, long low, int port) {
        if (!topVia.first(message)) {
            return false;
        }
        if (ReceivedVia.isNeeded(topVia, high, low)) {
            int from = output.position();
            ReceivedVia.put(output, topVia, high, low, port);
            edit(topVia.start(), topVia.end(), from);
        }
        return true;
    }

    /**
     * Removes the digest credentials of a realm (RFC 3261 §22.3), and bearer tokens (RFC 8898): these have no realm, and
     * whoever gets one can be its sender.
     *
     * @param header {@link SipHeader#AUTHORIZATION} or {@link SipHeader#PROXY_AUTHORIZATION}
     * @param realm as it is without quotes, in UTF-8
     * @return how many rows
     */
    public int dropCredentials(SipHeader header, byte[] realm) {
        int dropped = 0;
        for (int row = message.first(header); row != SipMessage.NOT_FOUND; row = message.next(row)) {
            DigestParameters credentials = message.credentials(row);
            if (credentials != null
                && (credentials.equals(DigestParameters.Name.REALM, realm) || credentials.isScheme("bearer"))) {
                drop(row);
                dropped++;
            }
        }
        return dropped;
    }

    /** Removes all rows of that name. */
    public SipPatch drop(SipHeader header) {
        for (int row = message.first(header); row != SipMessage.NOT_FOUND; row = message.next(row)) {
            drop(row);
        }
        return this;
    }

    /** Removes one row. */
    public SipPatch drop(int row) {
        return edit(message.nameStart(row), message.lineEnd(row), output.position());
    }

    /** Makes one row of all rows of that name, at the place of the first; behind the others if there is none. */
    public SipPatch replace(SipHeader header, CharSequence value) {
        int row = message.first(header);
        if (row == SipMessage.NOT_FOUND) {
            return append(header, value);
        }
        int from = beginLine(header);
        output.text(value);
        output.endLine();
        edit(message.nameStart(row), message.lineEnd(row), from);
        for (int other = message.next(row); other != SipMessage.NOT_FOUND; other = message.next(other)) {
            drop(other);
        }
        return this;
    }

    /** Adds Content-Length if the message has none, as streams need it (RFC 3261 §18.3). */
    public SipPatch requireContentLength() {
        if (message.has(SipHeader.CONTENT_LENGTH)) {
            return this;
        }
        int from = beginLine(SipHeader.CONTENT_LENGTH);
        output.number(message.bodyLength());
        return endLastLine(from);
    }

    /** Adds an edit behind those that begin at the same place. */
    private SipPatch edit(int start, int end, int from) {
        int place = count;
        while (place > 0 && start(place - 1) > start) {
            place--;
        }
        return insertEdit(place, start, end, from);
    }

    private SipPatch insertEdit(int place, int start, int end, int from) {
        if (count == EDITS_MAX) {
            throw new IllegalStateException("more than " + EDITS_MAX + " edits");
        }
        int at = place * EDIT_INTS;
        System.arraycopy(edits, at, edits, at + EDIT_INTS, (count - place) * EDIT_INTS);
        edits[at] = start;
        edits[at + 1] = end;
        edits[at + 2] = from;
        edits[at + 3] = output.position();
        count++;
        return this;
    }

    private int start(int edit) {
        return edits[edit * EDIT_INTS];
    }

    private int end(int edit) {
        return edits[edit * EDIT_INTS + 1];
    }

    private int insertedStart(int edit) {
        return edits[edit * EDIT_INTS + 2];
    }

    private int insertedLength(int edit) {
        return edits[edit * EDIT_INTS + 3] - insertedStart(edit);
    }

    /** What {@link #write} will write, in octets. */
    public int length() {
        int length = 0;
        int position = message.startLineStart();
        for (int i = 0; i < count; i++) {
            if (start(i) >= position) {
                length += start(i) - position + insertedLength(i);
            }
            position = Math.max(position, end(i));
        }
        return length + message.length() - position;
    }

    /**
     * Writes the message with the edits, from its start line to the end of its body.
     *
     * @return the octets written
     * @throws IndexOutOfBoundsException if {@code target} has less than {@link #length} from {@code offset}
     */
    public int write(MutableDirectBuffer target, int offset) {
        DirectBuffer source = message.buffer();
        int to = offset;
        int position = message.startLineStart();
        for (int i = 0; i < count; i++) {
            int start = start(i);
            if (start >= position) {
                target.putBytes(to, source, position, start - position);
                to += start - position;
                int length = insertedLength(i);
                target.putBytes(to, inserted, insertedStart(i), length);
                to += length;
            }
            position = Math.max(position, end(i));
        }
        target.putBytes(to, source, position, message.length() - position);
        return to + message.length() - position - offset;
    }
}
