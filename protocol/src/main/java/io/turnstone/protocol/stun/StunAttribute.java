package io.turnstone.protocol.stun;

/**
 * Attribute numbers of the IANA registry "STUN Attributes". Those below {@link #COMPREHENSION_OPTIONAL_FIRST} must be
 * understood by whoever processes the message (RFC 8489 §14).
 *
 * <p>What a server understands is a set of such numbers. All that exist for servers are below 64, so a set is one
 * {@code long}: see {@link #setOf}.
 */
public final class StunAttribute {
    public static final int COMPREHENSION_OPTIONAL_FIRST = 0x8000;

    // RFC 8489 §18.3.1
    public static final int MAPPED_ADDRESS = 0x0001;
    public static final int USERNAME = 0x0006;
    public static final int MESSAGE_INTEGRITY = 0x0008;
    public static final int ERROR_CODE = 0x0009;
    public static final int UNKNOWN_ATTRIBUTES = 0x000A;
    public static final int REALM = 0x0014;
    public static final int NONCE = 0x0015;
    public static final int MESSAGE_INTEGRITY_SHA256 = 0x001C;
    public static final int PASSWORD_ALGORITHM = 0x001D;
    public static final int USERHASH = 0x001E;
    public static final int XOR_MAPPED_ADDRESS = 0x0020;

    // RFC 8489 §18.3.2
    public static final int PASSWORD_ALGORITHMS = 0x8002;
    public static final int ALTERNATE_DOMAIN = 0x8003;
    public static final int SOFTWARE = 0x8022;
    public static final int ALTERNATE_SERVER = 0x8023;
    public static final int FINGERPRINT = 0x8028;

    // RFC 8656 §18
    public static final int CHANNEL_NUMBER = 0x000C;
    public static final int LIFETIME = 0x000D;
    public static final int XOR_PEER_ADDRESS = 0x0012;
    public static final int DATA = 0x0013;
    public static final int XOR_RELAYED_ADDRESS = 0x0016;
    public static final int REQUESTED_ADDRESS_FAMILY = 0x0017;
    public static final int EVEN_PORT = 0x0018;
    public static final int REQUESTED_TRANSPORT = 0x0019;
    public static final int DONT_FRAGMENT = 0x001A;
    public static final int RESERVATION_TOKEN = 0x0022;
    public static final int ADDITIONAL_ADDRESS_FAMILY = 0x8000;
    public static final int ADDRESS_ERROR_CODE = 0x8001;
    public static final int ICMP = 0x8004;

    // RFC 7635 §6.2 and §6.1
    public static final int ACCESS_TOKEN = 0x001B;
    public static final int THIRD_PARTY_AUTHORIZATION = 0x802E;

    // RFC 8016 §3.2
    public static final int MOBILITY_TICKET = 0x8030;

    // RFC 6062 §6.2
    public static final int CONNECTION_ID = 0x002A;

    // RFC 5780 §7
    public static final int CHANGE_REQUEST = 0x0003;
    public static final int PADDING = 0x0026;
    public static final int RESPONSE_PORT = 0x0027;
    public static final int CACHE_TIMEOUT = 0x8027;
    public static final int RESPONSE_ORIGIN = 0x802B;
    public static final int OTHER_ADDRESS = 0x802C;

    // RFC 8445 §16.1: between ICE agents, not for a server
    public static final int PRIORITY = 0x0024;
    public static final int USE_CANDIDATE = 0x0025;
    public static final int ICE_CONTROLLED = 0x8029;
    public static final int ICE_CONTROLLING = 0x802A;

    /** What a STUN server with the long-term credential mechanism understands. */
    public static final long STUN_SERVER_SET = setOf(
        MAPPED_ADDRESS,
        USERNAME,
        MESSAGE_INTEGRITY,
        ERROR_CODE,
        UNKNOWN_ATTRIBUTES,
        REALM,
        NONCE,
        MESSAGE_INTEGRITY_SHA256,
        PASSWORD_ALGORITHM,
        USERHASH,
        XOR_MAPPED_ADDRESS);

    /** What a TURN server understands; take {@link #DONT_FRAGMENT} out where the DF bit cannot be set (RFC 8656 §7.2). */
    public static final long TURN_SERVER_SET = STUN_SERVER_SET
        | setOf(
            CHANNEL_NUMBER,
            LIFETIME,
            XOR_PEER_ADDRESS,
            DATA,
            XOR_RELAYED_ADDRESS,
            REQUESTED_ADDRESS_FAMILY,
            EVEN_PORT,
            REQUESTED_TRANSPORT,
            DONT_FRAGMENT,
            RESERVATION_TOKEN);

    private StunAttribute() {}

    /** @param types attribute numbers below 64 */
    public static long setOf(int... types) {
        long set = 0;
        for (int type : types) {
            if (type < 0 || type >= Long.SIZE) {
                throw new IllegalArgumentException("attribute 0x" + Integer.toHexString(type) + " is not below 64");
            }
            set |= 1L << type;
        }
        return set;
    }

    /** Whether a message with {@code type} may be processed by one that understands {@code understoodSet}. */
    public static boolean isAcceptable(int type, long understoodSet) {
        return type >= COMPREHENSION_OPTIONAL_FIRST || (type < Long.SIZE && (understoodSet >>> type & 1) != 0);
    }
}
