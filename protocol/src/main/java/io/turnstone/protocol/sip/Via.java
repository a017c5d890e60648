package io.turnstone.protocol.sip;

/**
 * One value of Via at a time, the top one first (RFC 3261 §20.42, RFC 3581). One thread.
 *
 * <pre>
 * SIP/2.0/UDP host:port;branch=z9hG4bK...;received=192.0.2.1;rport=5060
 * </pre>
 */
public final class Via extends SipListView {
    /** In lower case; {@code z9hG4bK} is what elements write. */
    private static final String MAGIC_COOKIE = "z9hg4bk";
    private static final int PORT_MAX = 0xFFFF;
    private static final int TTL_MAX = 255;

    private final HostPort sentBy = new HostPort();
    private final SipParameters parameters = new SipParameters();
    private final IpLiteral received = new IpLiteral();
    private SipTransport transport = SipTransport.OTHER;
    private int protocolStart;
    private int protocolEnd;
    private int transportStart;
    private int transportEnd;
    private int branch = NOT_FOUND;

    /** Goes to the top value; false if there is none or it is malformed. */
    public boolean first(SipMessage message) {
        return first(message, SipHeader.VIA);
    }

    @Override
    int parse(byte[] source, int from, int to) {
        protocolStart = from;
        int position = token(source, from, to);
        position = slash(source, position, to);
        position = token(source, position, to);
        protocolEnd = position;
        position = slash(source, position, to);
        transportStart = position;
        transportEnd = token(source, position, to);
        if (transportEnd == NOT_FOUND) {
            fail(SipError.SENT_PROTOCOL, from);
            return NOT_FOUND;
        }
        transport = SipTransport.of(source, transportStart, transportEnd);
        position = Octets.skipLws(source, transportEnd, to);
        if (position == transportEnd) {
            fail(SipError.SENT_PROTOCOL, position);
            return NOT_FOUND;
        }
        return parseSentBy(source, position, to);
    }

    private static int token(byte[] source, int from, int to) {
        if (from == NOT_FOUND) {
            return NOT_FOUND;
        }
        int position = Octets.skip(source, from, to, Octets.TOKEN);
        return position == from ? NOT_FOUND : position;
    }

    private static int slash(byte[] source, int from, int to) {
        if (from == NOT_FOUND) {
            return NOT_FOUND;
        }
        int position = Octets.skipLws(source, from, to);
        return Octets.isAt(source, position, to, '/') ? Octets.skipLws(source, position + 1, to) : NOT_FOUND;
    }

    private int parseSentBy(byte[] source, int from, int to) {
        int position = sentBy.parseHost(source, from, to);
        if (position != NOT_FOUND) {
            int colon = Octets.skipLws(source, position, to);
            if (isAt(colon, to, ':')) {
                position = sentBy.parsePort(source, Octets.skipLws(source, colon + 1, to), to);
            }
        }
        if (position == NOT_FOUND) {
            fail(sentBy.error(), sentBy.errorOffset());
            return NOT_FOUND;
        }
        position = parameters.scanHeader(source, position, to);
        if (position == NOT_FOUND) {
            failAs(parameters);
        }
        branch = parameters.find("branch");
        return position;
    }

    /** Whether the protocol is SIP of version 2.0, which white space may stand between. */
    public boolean isSip2() {
        byte[] source = octets();
        int nameEnd = Octets.skip(source, protocolStart, protocolEnd, Octets.TOKEN);
        int versionStart = Octets.skipLws(source, Octets.skipLws(source, nameEnd, protocolEnd) + 1, protocolEnd);
        return Octets.equalsIgnoreCase(source, protocolStart, nameEnd, "sip")
            && Octets.equalsIgnoreCase(source, versionStart, protocolEnd, "2.0");
    }

    public SipTransport transport() {
        return transport;
    }

    public int transportStart() {
        return transportStart;
    }

    public int transportEnd() {
        return transportEnd;
    }

    /** Where the host of sent-by begins, without the bracket of an IPv6 reference. */
    public int hostStart() {
        return sentBy.hostStart();
    }

    public int hostEnd() {
        return sentBy.hostEnd();
    }

    /** Whether the host is an address, then at {@link #hostHigh} and {@link #hostLow}; IPv4 is v4-mapped. */
    public boolean isHostIp() {
        return sentBy.isIp();
    }

    public long hostHigh() {
        return sentBy.high();
    }

    public long hostLow() {
        return sentBy.low();
    }

    /** 1 to 65535, or {@link #NOT_FOUND}. */
    public int port() {
        return sentBy.port();
    }

    public SipParameters parameters() {
        return parameters;
    }

    /** Where the branch begins, or {@link #NOT_FOUND}. */
    public int branchStart() {
        return branch == NOT_FOUND ? NOT_FOUND : parameters.valueStart(branch);
    }

    /** Meaningless without a branch. */
    public int branchEnd() {
        return branch == NOT_FOUND ? NOT_FOUND : parameters.valueEnd(branch);
    }

    /** Whether the branch begins with the magic cookie, in any case, and so names the transaction (RFC 3261 §8.1.1.7). */
    public boolean hasMagicCookie() {
        int start = branchStart();
        int cookieEnd = start + MAGIC_COOKIE.length();
        return start != NOT_FOUND
            && cookieEnd <= branchEnd()
            && Octets.equalsIgnoreCase(octets(), start, cookieEnd, MAGIC_COOKIE);
    }

    /** Whether nothing follows the magic cookie (RFC 4475 §3.2.1). */
    public boolean isBranchEmpty() {
        return hasMagicCookie() && branchEnd() - branchStart() == MAGIC_COOKIE.length();
    }

    /** Whether {@code rport} stands there, with or without a value (RFC 3581 §3). */
    public boolean hasResponsePort() {
        return parameters.has("rport");
    }

    /** The value of {@code rport}, or {@link #NOT_FOUND}. */
    public int responsePort() {
        return (int) parameters.number("rport", PORT_MAX);
    }

    /** 0 to 255, or {@link #NOT_FOUND}. */
    public int timeToLive() {
        return (int) parameters.number("ttl", TTL_MAX);
    }

    /**
     * Reads {@code received}, IPv6 with brackets or without (RFC 5118 §4.5), into {@link #receivedHigh} and
     * {@link #receivedLow}; false if it is not there or no address.
     */
    public boolean decodeReceived() {
        int index = parameters.find("received");
        return index != NOT_FOUND && parameters.hasValue(index)
            && decodeIp(parameters.valueStart(index), parameters.valueEnd(index));
    }

    private boolean decodeIp(int start, int end) {
        byte[] source = octets();
        boolean bracketed = source[start] == '[' && source[end - 1] == ']' && end - start > 2;
        return bracketed
            ? received.parseIpv6(source, start + 1, end - 1)
            : received.parseIpv4(source, start, end) || received.parseIpv6(source, start, end);
    }

    public long receivedHigh() {
        return received.high();
    }

    public long receivedLow() {
        return received.low();
    }

    /** The branch; empty without. Allocates. */
    public String branch() {
        int start = branchStart();
        return start == NOT_FOUND ? "" : text(start, branchEnd());
    }

    /** The host of sent-by, without brackets. Allocates. */
    public String host() {
        return text(hostStart(), hostEnd());
    }

    /** Whether the present value, the top one, is the only one. */
    public boolean isOnly(SipMessage message) {
        return isLastOfRow() && message.next(row()) == NOT_FOUND;
    }

    /** How many values there are in all rows, or {@link #NOT_FOUND} if one is malformed. Moves to the end. */
    public int count(SipMessage message) {
        int count = 0;
        for (boolean has = first(message); has; has = next()) {
            count++;
        }
        return error() == SipError.NONE ? count : NOT_FOUND;
    }
}
