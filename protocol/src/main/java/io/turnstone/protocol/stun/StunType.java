package io.turnstone.protocol.stun;

/**
 * The 14-bit message type: a method interleaved with a class (RFC 8489 §5), and the types a server can meet.
 *
 * <pre>
 *   0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15
 * +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
 * | 0| 0|M B..M 7         |C1|M 6..M 4|C0|M 3..M 0|
 * +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
 * </pre>
 */
public final class StunType {
    public static final int BINDING_REQUEST = 0x0001;
    public static final int BINDING_INDICATION = 0x0011;
    public static final int BINDING_SUCCESS = 0x0101;
    public static final int BINDING_ERROR = 0x0111;
    public static final int ALLOCATE_REQUEST = 0x0003;
    public static final int ALLOCATE_SUCCESS = 0x0103;
    public static final int ALLOCATE_ERROR = 0x0113;
    public static final int REFRESH_REQUEST = 0x0004;
    public static final int REFRESH_SUCCESS = 0x0104;
    public static final int REFRESH_ERROR = 0x0114;
    public static final int CREATE_PERMISSION_REQUEST = 0x0008;
    public static final int CREATE_PERMISSION_SUCCESS = 0x0108;
    public static final int CREATE_PERMISSION_ERROR = 0x0118;
    public static final int CHANNEL_BIND_REQUEST = 0x0009;
    public static final int CHANNEL_BIND_SUCCESS = 0x0109;
    public static final int CHANNEL_BIND_ERROR = 0x0119;
    public static final int SEND_INDICATION = 0x0016;
    public static final int DATA_INDICATION = 0x0017;

    private static final int METHOD_LOW_MASK = 0x000F;
    private static final int METHOD_MIDDLE_MASK = 0x0070;
    private static final int METHOD_HIGH_MASK = 0x0F80;

    private StunType() {}

    public static int of(int method, int messageClass) {
        return (method & METHOD_LOW_MASK)
            | (method & METHOD_MIDDLE_MASK) << 1
            | (method & METHOD_HIGH_MASK) << 2
            | (messageClass & 0b01) << 4
            | (messageClass & 0b10) << 7;
    }

    public static int method(int type) {
        return (type & METHOD_LOW_MASK) | (type >>> 1 & METHOD_MIDDLE_MASK) | (type >>> 2 & METHOD_HIGH_MASK);
    }

    public static int messageClass(int type) {
        return (type >>> 4 & 0b01) | (type >>> 7 & 0b10);
    }
}
