package io.turnstone.node.auth;

import io.turnstone.protocol.stun.NonceCookie;
import io.turnstone.protocol.stun.PasswordAlgorithm;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Nonces that need no memory: any node of the cluster verifies what another one wrote (RFC 8489 §9.2). Owned by one
 * thread; several instances over the same {@link ClusterKeys} agree. Neither writing nor verifying allocates.
 *
 * <pre>
 * | obMatJos2 wAAA | seconds | salt    | SipHash of all before it |
 * | 13 characters  | 6       | 5       | 16                       |
 * </pre>
 *
 * The characters after the cookie are base64 digits. {@code wAAA} announces password algorithms and username anonymity
 * (RFC 8489 §18.1, bits 0 and 1). The salt makes every nonce different, so no two clients get the same one (RFC 8489
 * §9.2.4). A nonce is not bound to the client's address: a NAT may give it another one, and the credentials that go with
 * the nonce protect the request anyway.
 */
public final class Nonces {
    /** How many octets a nonce has. */
    public static final int LENGTH = 40;

    /** What PASSWORD-ALGORITHMS lists beside every nonce, the preferred one first (RFC 8489 §14.11). */
    public static final List<PasswordAlgorithm> PASSWORD_ALGORITHMS = List.of(PasswordAlgorithm.SHA_256,
        PasswordAlgorithm.MD5);

    private static final byte[] PREFIX = NonceCookie
        .encode(NonceCookie.PASSWORD_ALGORITHMS | NonceCookie.USERNAME_ANONYMITY)
        .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VALUE_BY_CHARACTER = new byte[128];
    private static final int DIGIT_BITS = 6;
    private static final long DIGIT_MASK = (1 << DIGIT_BITS) - 1;

    private static final int SECONDS_OFFSET = PREFIX.length;
    private static final int SECONDS_DIGITS = 6;
    private static final int SALT_OFFSET = SECONDS_OFFSET + SECONDS_DIGITS;
    private static final int SALT_DIGITS = 5;
    private static final long SALT_MASK = (1L << (SALT_DIGITS * DIGIT_BITS)) - 1;
    private static final int MAC_OFFSET = SALT_OFFSET + SALT_DIGITS;
    private static final int MAC_HALF_DIGITS = 8;
    private static final long MAC_HALF_MASK = (1L << (MAC_HALF_DIGITS * DIGIT_BITS)) - 1;
    private static final long MS_PER_SECOND = 1000;

    static {
        Arrays.fill(VALUE_BY_CHARACTER, (byte) -1);
        for (int i = 0; i < DIGITS.length; i++) {
            VALUE_BY_CHARACTER[DIGITS[i]] = (byte) i;
        }
    }

    private final SipHash[] hashes;
    private final long validMs;
    private long salt;

    /** What a nonce that came back is worth. */
    public enum Verdict {
        /** Ours and recent. */
        VALID,
        /** Ours, but its time has passed. */
        STALE,
        /** No node of this cluster wrote it with a key that is still valid. */
        FORGED
    }

    /**
     * @param validMs how long a nonce is good; also by how much the clocks of two nodes may differ
     * @param random where the first salt comes from
     */
    public Nonces(ClusterKeys keys, long validMs, RandomGenerator random) {
        this.hashes = new SipHash[keys.generations()];
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = new SipHash(keys.key(ClusterKeys.Purpose.NONCE, i));
        }
        this.validMs = validMs;
        this.salt = random.nextLong();
    }

    /**
     * Writes a fresh nonce of {@link #LENGTH} octets.
     *
     * @param nowMs epoch milliseconds
     */
    public void write(MutableDirectBuffer buffer, int offset, long nowMs) {
        long seconds = nowMs / MS_PER_SECOND;
        salt = salt + 1 & SALT_MASK;
        SipHash hash = hashes[0];
        hash.hash(seconds, salt);
        buffer.putBytes(offset, PREFIX);
        putDigits(buffer, offset + SECONDS_OFFSET, SECONDS_DIGITS, seconds);
        putDigits(buffer, offset + SALT_OFFSET, SALT_DIGITS, salt);
        putDigits(buffer, offset + MAC_OFFSET, MAC_HALF_DIGITS, hash.first());
        putDigits(buffer, offset + MAC_OFFSET + MAC_HALF_DIGITS, MAC_HALF_DIGITS, hash.second());
    }

    /** Judges the {@code length} octets of a NONCE attribute's value. */
    public Verdict verify(DirectBuffer buffer, int offset, int length, long nowMs) {
        return isAuthentic(buffer, offset, length) ? judgeAge(buffer, offset, nowMs) : Verdict.FORGED;
    }

    private Verdict judgeAge(DirectBuffer buffer, int offset, long nowMs) {
        long issuedMs = digits(buffer, offset + SECONDS_OFFSET, SECONDS_DIGITS) * MS_PER_SECOND;
        return Math.abs(nowMs - issuedMs) <= validMs ? Verdict.VALID : Verdict.STALE;
    }

    private boolean isAuthentic(DirectBuffer buffer, int offset, int length) {
        if (length != LENGTH || !startsWithPrefix(buffer, offset)) {
            return false;
        }
        long seconds = digits(buffer, offset + SECONDS_OFFSET, SECONDS_DIGITS);
        long saltSent = digits(buffer, offset + SALT_OFFSET, SALT_DIGITS);
        long macFirst = digits(buffer, offset + MAC_OFFSET, MAC_HALF_DIGITS);
        long macSecond = digits(buffer, offset + MAC_OFFSET + MAC_HALF_DIGITS, MAC_HALF_DIGITS);
        if ((seconds | saltSent | macFirst | macSecond) < 0) {
            return false;
        }
        for (SipHash hash : hashes) {
            hash.hash(seconds, saltSent);
            if ((((hash.first() ^ macFirst) | (hash.second() ^ macSecond)) & MAC_HALF_MASK) == 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean startsWithPrefix(DirectBuffer buffer, int offset) {
        for (int i = 0; i < PREFIX.length; i++) {
            if (buffer.getByte(offset + i) != PREFIX[i]) {
                return false;
            }
        }
        return true;
    }

    private static void putDigits(MutableDirectBuffer buffer, int offset, int count, long value) {
        long rest = value;
        for (int i = offset + count - 1; i >= offset; i--) {
            buffer.putByte(i, DIGITS[(int) (rest & DIGIT_MASK)]);
            rest >>>= DIGIT_BITS;
        }
    }

    /** @return negative if one of the characters is no base64 digit */
    private static long digits(DirectBuffer buffer, int offset, int count) {
        long value = 0;
        for (int i = offset; i < offset + count; i++) {
            byte character = buffer.getByte(i);
            int digit = character < 0 ? -1 : VALUE_BY_CHARACTER[character];
            if (digit < 0) {
                return -1;
            }
            value = value << DIGIT_BITS | digit;
        }
        return value;
    }
}
