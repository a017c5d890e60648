package io.turnstone.protocol.sip;

import java.util.Locale;

/** Transports as they stand in Via and in a URI's transport parameter (RFC 3261 §20.42, RFC 7118 §5), in any case. */
public enum SipTransport {
    UDP(false),
    TCP(true),
    TLS(true),
    WS(true),
    WSS(true),
    SCTP(true),
    /** Any other token. */
    OTHER(true);

    private static final SipTransport[] ALL = values();

    private final boolean reliable;
    private final String lowerCase = name().toLowerCase(Locale.ROOT);

    SipTransport(boolean reliable) {
        this.reliable = reliable;
    }

    /** Whether it delivers or breaks, so that nothing is sent twice over it (RFC 3261 §17). */
    public boolean isReliable() {
        return reliable;
    }

    /** Whether it is encrypted as a {@code sips} URI asks for (RFC 5630 §3.1). */
    public boolean isSecure() {
        return this == TLS || this == WSS;
    }

    static SipTransport of(byte[] source, int start, int end) {
        for (SipTransport transport : ALL) {
            if (transport != OTHER && Octets.equalsIgnoreCase(source, start, end, transport.lowerCase)) {
                return transport;
            }
        }
        return OTHER;
    }
}
