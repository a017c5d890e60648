package io.turnstone.protocol.sip;

/**
 * What a parser or framer takes at most. Immutable, any thread.
 *
 * @param messageLengthMax octets of a whole message
 * @param headerCountMax header fields, each line counted once; folded lines are one
 */
public record SipLimits(int messageLengthMax, int headerCountMax) {
    /** 64 KiB, the most that a datagram carries, and 256 header fields. */
    public static final SipLimits DEFAULT = new SipLimits(65_536, 256);

    public SipLimits {
        if (messageLengthMax < 1 || headerCountMax < 1) {
            throw new IllegalArgumentException(
                "limits of " + messageLengthMax + " octets and " + headerCountMax + " header fields let nothing in");
        }
    }
}
