package io.turnstone.loadtest.client;

/** The numbers of RFC 8489, RFC 8656 and RFC 8016 that the measuring client speaks. */
public final class Stun {
    public static final int MAGIC_COOKIE = 0x2112_A442;
    public static final int HEADER_BYTES = 20;
    public static final int TRANSACTION_ID_BYTES = 12;
    public static final int TRANSACTION_ID_OFFSET = 8;
    public static final int CHANNEL_HEADER_BYTES = 4;

    public static final int BINDING = 0x001;
    public static final int ALLOCATE = 0x003;
    public static final int REFRESH = 0x004;
    public static final int SEND = 0x006;
    public static final int DATA = 0x007;
    public static final int CREATE_PERMISSION = 0x008;
    public static final int CHANNEL_BIND = 0x009;

    public static final int CLASS_MASK = 0x0110;
    public static final int REQUEST = 0x0000;
    public static final int INDICATION = 0x0010;
    public static final int SUCCESS = 0x0100;
    public static final int ERROR = 0x0110;

    public static final int MAPPED_ADDRESS = 0x0001;
    public static final int USERNAME = 0x0006;
    public static final int MESSAGE_INTEGRITY = 0x0008;
    public static final int ERROR_CODE = 0x0009;
    public static final int UNKNOWN_ATTRIBUTES = 0x000A;
    public static final int CHANNEL_NUMBER = 0x000C;
    public static final int LIFETIME = 0x000D;
    public static final int XOR_PEER_ADDRESS = 0x0012;
    public static final int DATA_ATTRIBUTE = 0x0013;
    public static final int REALM = 0x0014;
    public static final int NONCE = 0x0015;
    public static final int XOR_RELAYED_ADDRESS = 0x0016;
    public static final int REQUESTED_ADDRESS_FAMILY = 0x0017;
    public static final int EVEN_PORT = 0x0018;
    public static final int REQUESTED_TRANSPORT = 0x0019;
    public static final int DONT_FRAGMENT = 0x001A;
    public static final int MESSAGE_INTEGRITY_SHA256 = 0x001C;
    public static final int PASSWORD_ALGORITHM = 0x001D;
    public static final int USERHASH = 0x001E;
    public static final int XOR_MAPPED_ADDRESS = 0x0020;
    public static final int RESERVATION_TOKEN = 0x0022;
    public static final int ADDITIONAL_ADDRESS_FAMILY = 0x8000;
    public static final int ADDRESS_ERROR_CODE = 0x8001;
    public static final int PASSWORD_ALGORITHMS = 0x8002;
    public static final int ICMP = 0x8004;
    public static final int FINGERPRINT = 0x8028;
    public static final int MOBILITY_TICKET = 0x8030;

    public static final int FAMILY_IPV4 = 0x01;
    public static final int FAMILY_IPV6 = 0x02;
    public static final int TRANSPORT_UDP = 17;
    public static final int FINGERPRINT_XOR = 0x5354_554E;

    private Stun() {}

    /** The 14-bit message type of RFC 8489 §5: the class bits lie between the method bits. */
    static int type(int method, int messageClass) {
        return (method & 0x000F) | (method & 0x0070) << 1 | (method & 0x0F80) << 2 | messageClass;
    }

    static int method(int type) {
        return (type & 0x000F) | (type & 0x00E0) >> 1 | (type & 0x3E00) >> 2;
    }

    static int padded(int length) {
        return length + 3 & ~3;
    }
}
