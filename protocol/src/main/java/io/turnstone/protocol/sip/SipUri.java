package io.turnstone.protocol.sip;

import java.util.Locale;

/**
 * A URI: SIP and SIPS taken apart (RFC 3261 §19.1), tel into number and parameters (RFC 3966 §3), any other scheme only
 * looked through for characters that no URI has. One thread; reused by {@link #wrap}, which must have returned true.
 *
 * <pre>
 * sip:user:password@host:port;uri-parameters?headers
 * tel:+1-201-555-0123;parameters
 * </pre>
 */
public final class SipUri extends SipView {
    /** What the URI begins with. */
    public enum Scheme {
        SIP,
        SIPS,
        TEL,
        OTHER
    }

    /** Comparison takes each with each. */
    private static final int HEADERS_MAX = 64;

    private final HostPort hostPort = new HostPort();
    private final SipParameters parameters = new SipParameters();
    private Scheme scheme = Scheme.OTHER;
    private int start;
    private int end;
    private int userStart;
    private int userEnd;
    private int passwordStart;
    private int passwordEnd;
    private int headersStart;

    /** Looks at the whole of {@code from} to {@code to}; false with {@link #error()} if that is not one URI. */
    public boolean wrap(byte[] source, int from, int to) {
        begin(source);
        start = from;
        end = to;
        userStart = NOT_FOUND;
        userEnd = NOT_FOUND;
        passwordStart = NOT_FOUND;
        passwordEnd = NOT_FOUND;
        headersStart = NOT_FOUND;
        int colon = from < to && Octets.is(source[from], Octets.ALPHA)
            ? Octets.skip(source, from, to, Octets.SCHEME)
            : from;
        if (colon == from || !isAt(colon, to, ':')) {
            return fail(SipError.URI_SCHEME, from);
        }
        scheme = schemeOf(source, from, colon);
        return switch (scheme) {
            case SIP, SIPS -> parseSip(source, colon + 1);
            case TEL -> parseTel(source, colon + 1);
            case OTHER -> parseOther(source, colon + 1);
        };
    }

    private static Scheme schemeOf(byte[] source, int start, int end) {
        if (Octets.equalsIgnoreCase(source, start, end, "sip")) {
            return Scheme.SIP;
        }
        if (Octets.equalsIgnoreCase(source, start, end, "sips")) {
            return Scheme.SIPS;
        }
        return Octets.equalsIgnoreCase(source, start, end, "tel") ? Scheme.TEL : Scheme.OTHER;
    }

    private boolean parseSip(byte[] source, int from) {
        int position = parseUserInfo(source, from);
        if (userEnd == userStart && userStart != NOT_FOUND) {
            return fail(SipError.URI_USER, from);
        }
        position = hostPort.parseHost(source, position, end);
        if (position != NOT_FOUND && isAt(position, end, ':')) {
            position = hostPort.parsePort(source, position + 1, end);
        }
        if (position == NOT_FOUND) {
            return fail(hostPort.error(), hostPort.errorOffset());
        }
        position = parameters.scanUri(source, position, end);
        if (position == NOT_FOUND) {
            return failAs(parameters);
        }
        if (isAt(position, end, '?')) {
            headersStart = position + 1;
            return parseHeaders(source, headersStart);
        }
        return position == end || fail(SipError.URI_CHARACTER, position);
    }

    /** The user may have semicolons and question marks, so that only what follows tells whether there is one. */
    private int parseUserInfo(byte[] source, int from) {
        int position = Octets.skipEscaped(source, from, end, Octets.USER);
        int afterUser = position;
        boolean password = isAt(position, end, ':');
        if (password) {
            position = Octets.skipEscaped(source, position + 1, end, Octets.PASSWORD);
        }
        if (!isAt(position, end, '@')) {
            return from;
        }
        userStart = from;
        userEnd = afterUser;
        if (password) {
            passwordStart = afterUser + 1;
            passwordEnd = position;
        }
        return position + 1;
    }

    private boolean parseHeaders(byte[] source, int from) {
        int position = from;
        for (int i = 0; i < HEADERS_MAX; i++) {
            int nameEnd = Octets.skipEscaped(source, position, end, Octets.URI_HEADER);
            if (nameEnd == position || !isAt(nameEnd, end, '=')) {
                return fail(SipError.URI_CHARACTER, nameEnd);
            }
            int valueEnd = Octets.skipEscaped(source, nameEnd + 1, end, Octets.URI_HEADER);
            if (!isAt(valueEnd, end, '&')) {
                return valueEnd == end || fail(SipError.URI_CHARACTER, valueEnd);
            }
            position = valueEnd + 1;
        }
        return fail(SipError.TOO_MANY_PARAMETERS, position);
    }

    private boolean parseTel(byte[] source, int from) {
        userStart = from;
        userEnd = Octets.skip(source, from, end, Octets.TELEPHONE);
        if (userEnd == userStart) {
            return fail(SipError.URI_USER, from);
        }
        int position = parameters.scanUri(source, userEnd, end);
        if (position == NOT_FOUND) {
            return failAs(parameters);
        }
        return position == end || fail(SipError.URI_CHARACTER, position);
    }

    /** What a scheme that is not known calls parameters is not known either: there are none. */
    private boolean parseOther(byte[] source, int from) {
        parameters.scanUri(source, end, end);
        int position = Octets.skip(source, from, end, Octets.URI);
        return (position == end && from < end) || fail(SipError.URI_CHARACTER, position);
    }

    public Scheme scheme() {
        return scheme;
    }

    public boolean isSipOrSips() {
        return scheme == Scheme.SIP || scheme == Scheme.SIPS;
    }

    public int start() {
        return start;
    }

    public int end() {
        return end;
    }

    public boolean hasUser() {
        return userStart != NOT_FOUND;
    }

    /** Where the user, or the number of a tel URI, begins; {@link #NOT_FOUND} without one. */
    public int userStart() {
        return userStart;
    }

    public int userEnd() {
        return userEnd;
    }

    public int passwordStart() {
        return passwordStart;
    }

    public int passwordEnd() {
        return passwordEnd;
    }

    /** Where the host begins, without the bracket of an IPv6 reference. SIP and SIPS only. */
    public int hostStart() {
        return hostPort.hostStart();
    }

    public int hostEnd() {
        return hostPort.hostEnd();
    }

    /** Whether the host is an address, then at {@link #hostHigh} and {@link #hostLow}; IPv4 is v4-mapped. */
    public boolean isHostIp() {
        return hostPort.isIp();
    }

    public long hostHigh() {
        return hostPort.high();
    }

    public long hostLow() {
        return hostPort.low();
    }

    /** 1 to 65535, or {@link #NOT_FOUND}. SIP and SIPS only. */
    public int port() {
        return hostPort.port();
    }

    /** SIP, SIPS and tel only. */
    public SipParameters parameters() {
        return parameters;
    }

    /** Where the headers begin, behind the question mark; they end with the URI. {@link #NOT_FOUND} without any. */
    public int headersStart() {
        return headersStart;
    }

    /** The next hop routes by this URI and leaves the Request-URI alone (RFC 3261 §16.12). */
    public boolean isLooseRouter() {
        return parameters.has("lr");
    }

    /** The registered flow is to be used (RFC 5626 §5.3). */
    public boolean hasOutbound() {
        return parameters.has("ob");
    }

    /** The URI is a GRUU; a public one has a value, a temporary one has none (RFC 5627 §6.1). */
    public boolean isGruu() {
        return parameters.has("gr");
    }

    /** The transport parameter, or {@code otherwise} without one (RFC 3261 §19.1.1). */
    public SipTransport transport(SipTransport otherwise) {
        int index = parameters.find("transport");
        return index == NOT_FOUND || !parameters.hasValue(index)
            ? otherwise
            : SipTransport.of(octets(), parameters.valueStart(index), parameters.valueEnd(index));
    }

    /** 0 to 255, or {@link #NOT_FOUND} (RFC 3261 §19.1.1). */
    public int timeToLive() {
        return (int) parameters.number("ttl", 255);
    }

    /** The user with its escapes resolved, or the number of a tel URI; empty without. Allocates. */
    public String user() {
        return hasUser() ? UriText.unescape(octets(), userStart, userEnd) : "";
    }

    /** The host in lower case, without brackets. Allocates. */
    public String host() {
        return text(hostStart(), hostEnd()).toLowerCase(Locale.ROOT);
    }

    /** The value of a parameter with its escapes resolved; empty without. Allocates. */
    public String parameter(String lowerCaseName) {
        int index = parameters.find(lowerCaseName);
        return index == NOT_FOUND ? "" : parameters.value(index);
    }

    /** The URI as it stands. Allocates. */
    @Override
    public String toString() {
        return text(start, end);
    }
}
