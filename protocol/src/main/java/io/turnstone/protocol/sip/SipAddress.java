package io.turnstone.protocol.sip;

/**
 * One {@code name-addr / addr-spec} with parameters at a time: From, To, Contact, Route, Record-Route, Path, and the
 * identities (RFC 3261 §20.10). One thread.
 *
 * <pre>
 * "display name" &lt;uri&gt;;parameters       display &lt;uri&gt;;parameters        uri;parameters
 * </pre>
 *
 * Without brackets all parameters belong to the value, and the URI has neither comma nor question mark. White space
 * between display name and bracket may be missing (RFC 4475 §3.1.1.6). The URI is looked at by {@link #decodeUri} only.
 */
public final class SipAddress extends SipListView {
    private final SipParameters parameters = new SipParameters();
    private final SipUri uri = new SipUri();
    private int displayStart;
    private int displayEnd;
    private int uriStart;
    private int uriEnd;
    private boolean bracketed;

    /** Goes to the value of From; false if it is missing, repeated or malformed. */
    public boolean from(SipMessage message) {
        return only(message, SipHeader.FROM) && isTagWhole();
    }

    /** Goes to the value of To; false if it is missing, repeated or malformed. */
    public boolean to(SipMessage message) {
        return only(message, SipHeader.TO) && isTagWhole();
    }

    /** RFC 3261 §25.1, {@code tag-param}: in From and To a tag has a value, or a response would get a second one. */
    private boolean isTagWhole() {
        int index = parameters.find("tag");
        return index == NOT_FOUND
            || parameters.valueStart(index) != NOT_FOUND
            || fail(SipError.PARAMETER, parameters.nameEnd(index));
    }

    /** Goes to the first value of a list that stands alone, as a registrar keeps it; false if it is malformed. */
    public boolean wrap(byte[] source, int from, int to) {
        return firstOf(source, from, to);
    }

    @Override
    int parse(byte[] source, int from, int to) {
        displayStart = NOT_FOUND;
        displayEnd = NOT_FOUND;
        int position = isAt(from, to, '"') ? parseQuotedName(source, from, to) : parseBareName(source, from, to);
        if (position == NOT_FOUND) {
            return NOT_FOUND;
        }
        position = bracketed ? parseBracketed(source, position, to) : parseBareUri(source, from, to);
        if (position == NOT_FOUND) {
            return NOT_FOUND;
        }
        position = parameters.scanHeader(source, position, to);
        if (position == NOT_FOUND) {
            failAs(parameters);
        }
        return position;
    }

    private int parseQuotedName(byte[] source, int from, int to) {
        bracketed = true;
        int after = Octets.skipQuoted(source, from, to);
        if (after == NOT_FOUND) {
            fail(SipError.QUOTED_STRING, from);
            return NOT_FOUND;
        }
        displayStart = from;
        displayEnd = after;
        int bracket = Octets.skipLws(source, after, to);
        if (!isAt(bracket, to, '<')) {
            fail(SipError.BRACKETS, bracket);
            return NOT_FOUND;
        }
        return bracket;
    }

    /** Tokens up to a bracket are a name; what stops before one is a URI without brackets, or wrong. */
    private int parseBareName(byte[] source, int from, int to) {
        int position = Octets.skip(source, from, to, Octets.TOKEN | Octets.LWS);
        bracketed = isAt(position, to, '<');
        if (bracketed) {
            int nameEnd = Octets.trimEnd(source, from, position);
            displayStart = nameEnd == from ? NOT_FOUND : from;
            displayEnd = nameEnd == from ? NOT_FOUND : nameEnd;
            return position;
        }
        boolean isUri = isAt(position, to, ':') && Octets.skip(source, from, position, Octets.SCHEME) == position;
        if (!isUri) {
            fail(contains(source, position, to, '<') ? SipError.DISPLAY_NAME : SipError.URI_SCHEME, position);
            return NOT_FOUND;
        }
        return position;
    }

    private static boolean contains(byte[] source, int from, int to, int octet) {
        int position = from;
        while (position < to && source[position] != octet) {
            position++;
        }
        return position < to;
    }

    private int parseBracketed(byte[] source, int bracket, int to) {
        uriStart = bracket + 1;
        uriEnd = Octets.skip(source, uriStart, to, Octets.URI);
        if (!isAt(uriEnd, to, '>')) {
            fail(contains(source, uriEnd, to, '>') ? SipError.URI_CHARACTER : SipError.BRACKETS, uriEnd);
            return NOT_FOUND;
        }
        return hasScheme(source) ? uriEnd + 1 : NOT_FOUND;
    }

    private int parseBareUri(byte[] source, int from, int to) {
        uriStart = from;
        int position = from;
        while (position < to && Octets.is(source[position], Octets.URI)) {
            byte octet = source[position];
            if (octet == ';' || octet == ',') {
                break;
            }
            if (octet == '?') {
                fail(SipError.BRACKETS, position);
                return NOT_FOUND;
            }
            position++;
        }
        uriEnd = position;
        return hasScheme(source) ? position : NOT_FOUND;
    }

    private boolean hasScheme(byte[] source) {
        boolean letter = uriStart < uriEnd && Octets.is(source[uriStart], Octets.ALPHA);
        int colon = letter ? Octets.skip(source, uriStart, uriEnd, Octets.SCHEME) : uriEnd;
        return (colon + 1 < uriEnd && isAt(colon, uriEnd, ':')) || fail(SipError.URI_SCHEME, uriStart);
    }

    /** Where the display name begins, its opening quote if it has one; {@link #NOT_FOUND} without a name. */
    public int displayStart() {
        return displayStart;
    }

    public int displayEnd() {
        return displayEnd;
    }

    /** Whether the URI stands in brackets, as it must in Route, Record-Route, Path and Service-Route. */
    public boolean isBracketed() {
        return bracketed;
    }

    /** Where the URI begins, behind its bracket. */
    public int uriStart() {
        return uriStart;
    }

    public int uriEnd() {
        return uriEnd;
    }

    /** Takes the URI apart into {@link #uri}; false if it is malformed. */
    public boolean decodeUri() {
        return uri.wrap(octets(), uriStart, uriEnd) || failAs(uri);
    }

    /** What {@link #decodeUri} took apart last. */
    public SipUri uri() {
        return uri;
    }

    /** The parameters of the value, not those of its URI. */
    public SipParameters parameters() {
        return parameters;
    }

    public boolean hasTag() {
        return tagStart() != NOT_FOUND;
    }

    /** Where the tag begins, or {@link #NOT_FOUND} (RFC 3261 §19.3). */
    public int tagStart() {
        int index = parameters.find("tag");
        return index == NOT_FOUND ? NOT_FOUND : parameters.valueStart(index);
    }

    /** Meaningless without a tag. */
    public int tagEnd() {
        int index = parameters.find("tag");
        return index == NOT_FOUND ? NOT_FOUND : parameters.valueEnd(index);
    }

    /** The tag; empty without. Allocates. */
    public String tag() {
        int start = tagStart();
        return start == NOT_FOUND ? "" : text(start, tagEnd());
    }

    /** The display name without quotes and backslashes; empty without. Allocates. */
    public String displayName() {
        return displayStart == NOT_FOUND ? "" : QuotedText.unquote(octets(), displayStart, displayEnd);
    }

    /** The URI as it stands. Allocates. */
    public String uriText() {
        return text(uriStart, uriEnd);
    }
}
