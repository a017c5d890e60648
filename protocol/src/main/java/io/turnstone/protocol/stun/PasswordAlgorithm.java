package io.turnstone.protocol.stun;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a long-term key is made from a password (RFC 8489 §18.5). Neither algorithm has parameters. */
public enum PasswordAlgorithm {
    MD5(0x0001),
    SHA_256(0x0002);

    private static final int ENTRY_LENGTH = 4;

    private final int number;

    PasswordAlgorithm(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** @return the algorithm, or null if none known here has this number */
    public static @Nullable PasswordAlgorithm ofNumber(int number) {
        return switch (number) {
            case 0x0001 -> MD5;
            case 0x0002 -> SHA_256;
            default -> null;
        };
    }

    /** The value of PASSWORD-ALGORITHMS, or with one entry of PASSWORD-ALGORITHM (RFC 8489 §14.11, §14.12). */
    public static byte[] encode(List<PasswordAlgorithm> algorithms) {
        ByteBuffer value = ByteBuffer.allocate(algorithms.size() * ENTRY_LENGTH);
        for (PasswordAlgorithm algorithm : algorithms) {
            value.putShort((short) algorithm.number).putShort((short) 0);
        }
        return value.array();
    }
}
