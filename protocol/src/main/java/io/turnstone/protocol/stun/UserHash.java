package io.turnstone.protocol.stun;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * The value of USERHASH: SHA-256 of {@code username:realm}, which hides the name from those who listen (RFC 8489 §14.4).
 * A key for maps. Immutable, any thread.
 */
public record UserHash(long first, long second, long third, long fourth) {
    public static final int LENGTH = 32;

    public static UserHash of(String username, String realm) {
        String text = OpaqueString.enforce(username) + ':' + OpaqueString.enforce(realm);
        return ofBytes(LongTermKey.digest("SHA-256", text));
    }

    /** @param bytes exactly {@link #LENGTH} of them */
    public static UserHash ofBytes(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a user hash has " + LENGTH + " octets, not " + bytes.length);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UserHash(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
    }

    public byte[] toBytes() {
        return ByteBuffer.allocate(LENGTH).putLong(first).putLong(second).putLong(third).putLong(fourth).array();
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(toBytes());
    }
}
