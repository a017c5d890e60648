package io.turnstone.protocol.sip;

/** {@code host [ ":" port ]} of a URI or a Via (RFC 3261 §25.1). One thread. */
final class HostPort {
    private static final int PORT_MAX = 0xFFFF;

    private final IpLiteral ip = new IpLiteral();
    private int hostStart;
    private int hostEnd;
    private int port;
    private boolean isIp;
    private SipError error = SipError.NONE;
    private int errorOffset;

    /** Returns where the host ended, or {@link Octets#NOT_FOUND} with {@link #error()}. */
    int parseHost(byte[] source, int start, int end) {
        port = Octets.NOT_FOUND;
        isIp = false;
        if (Octets.isAt(source, start, end, '[')) {
            return parseIpv6Reference(source, start, end);
        }
        return parseNameOrIpv4(source, start, end);
    }

    /** Labels are not empty, and neither begin nor end with a hyphen; a dot may end the name. */
    private int parseNameOrIpv4(byte[] source, int start, int end) {
        int topLabel = start;
        int position = start;
        boolean name = true;
        byte before = '.';
        while (position < end) {
            byte octet = source[position];
            if (octet == '.') {
                name &= before != '.' && before != '-';
            } else if (octet == '-') {
                name &= before != '.';
            } else if (!Octets.is(octet, Octets.HOST)) {
                break;
            } else if (before == '.') {
                topLabel = position;
            }
            before = octet;
            position++;
        }
        hostStart = start;
        hostEnd = position;
        if (position > start && Octets.is(source[topLabel], Octets.DIGIT)) {
            // toplabel begins with a letter: whatever ends in a number is an address
            isIp = ip.parseIpv4(source, start, position);
            return isIp ? position : fail(SipError.HOST, start);
        }
        return name && position > start && before != '-' ? position : fail(SipError.HOST, start);
    }

    private int parseIpv6Reference(byte[] source, int start, int end) {
        hostStart = start + 1;
        hostEnd = Octets.skip(source, hostStart, end, Octets.IPV6);
        isIp = Octets.isAt(source, hostEnd, end, ']') && ip.parseIpv6(source, hostStart, hostEnd);
        return isIp ? hostEnd + 1 : fail(SipError.HOST, start);
    }

    /** Reads the digits of a port, behind its colon; returns where they ended or {@link Octets#NOT_FOUND}. */
    int parsePort(byte[] source, int start, int end) {
        int digitsEnd = Octets.skip(source, start, end, Octets.DIGIT);
        port = (int) Octets.number(source, start, digitsEnd, PORT_MAX);
        return port > 0 ? digitsEnd : fail(SipError.PORT, start);
    }

    private int fail(SipError what, int where) {
        error = what;
        errorOffset = where;
        return Octets.NOT_FOUND;
    }

    SipError error() {
        return error;
    }

    int errorOffset() {
        return errorOffset;
    }

    /** Without brackets. */
    int hostStart() {
        return hostStart;
    }

    int hostEnd() {
        return hostEnd;
    }

    /** 1 to 65535, or {@link Octets#NOT_FOUND}. */
    int port() {
        return port;
    }

    boolean isIp() {
        return isIp;
    }

    long high() {
        return ip.high();
    }

    long low() {
        return ip.low();
    }
}
