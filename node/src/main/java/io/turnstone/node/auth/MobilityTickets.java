package io.turnstone.node.auth;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.agrona.DirectBuffer;

/**
 * Mobility tickets (RFC 8016 §3.3) that need no memory: any node of the cluster opens what another one sealed. Owned by
 * one thread; several instances over the same {@link ClusterKeys} agree, and seal the same ticket with the same octets,
 * so that an answer can be repeated anywhere.
 *
 * <pre>
 *  0          12                20       24
 * +----------+-----------------+--------+
 * | tag      | allocation id   | number |  in base64 digits
 * +----------+-----------------+--------+
 * </pre>
 *
 * The tag is an HMAC-SHA256 of the rest and at the same time the initial counter of AES in counter mode that hides the
 * rest: authenticated encryption that is safe without a nonce (the construction of RFC 5297, SIV). Text of this length is
 * what coturn's client can keep.
 */
public final class MobilityTickets {
    /** How many octets a ticket has. */
    public static final int LENGTH = 32;

    private static final int TAG_BYTES = 12;
    private static final int CONTENT_BYTES = Long.BYTES + Integer.BYTES;
    private static final int KEY_BYTES = ClusterKeys.KEY_BYTES / 2;
    private static final int COUNTER_BLOCK_BYTES = 16;

    private final List<Keys> generations = new ArrayList<>();

    /**
     * What a ticket says.
     *
     * @param number counts the tickets of the allocation; only the latest is good
     */
    public record Ticket(long allocationId, int number) {}

    private record Keys(SecretKey mac, SecretKey cipher) {}

    public MobilityTickets(ClusterKeys keys) {
        for (int i = 0; i < keys.generations(); i++) {
            byte[] key = keys.key(ClusterKeys.Purpose.TICKET, i);
            generations.add(
                new Keys(
                    new SecretKeySpec(key, 0, KEY_BYTES, "HmacSHA256"),
                    new SecretKeySpec(key, KEY_BYTES, KEY_BYTES, "AES")));
        }
    }

    /** The {@link #LENGTH} octets that the client gets. */
    public byte[] seal(Ticket ticket) {
        Keys keys = generations.getFirst();
        byte[] content = ByteBuffer.allocate(CONTENT_BYTES)
            .putLong(ticket.allocationId())
            .putInt(ticket.number())
            .array();
        byte[] tag = tag(keys, content);
        byte[] sealed = ByteBuffer.allocate(TAG_BYTES + CONTENT_BYTES).put(tag).put(crypt(keys, tag, content)).array();
        return Base64.getUrlEncoder().encode(sealed);
    }

    /** What the {@code length} octets of a MOBILITY-TICKET say; empty if no node of this cluster sealed them. */
    public Optional<Ticket> open(DirectBuffer buffer, int offset, int length) {
        if (length != LENGTH) {
            return Optional.empty();
        }
        byte[] text = new byte[LENGTH];
        buffer.getBytes(offset, text);
        try {
            byte[] sealed = Base64.getUrlDecoder().decode(text);
            return generations.stream().flatMap(keys -> open(keys, sealed).stream()).findFirst();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private static Optional<Ticket> open(Keys keys, byte[] sealed) {
        byte[] tag = Arrays.copyOf(sealed, TAG_BYTES);
        byte[] content = crypt(keys, tag, Arrays.copyOfRange(sealed, TAG_BYTES, sealed.length));
        if (!MessageDigest.isEqual(tag, tag(keys, content))) {
            return Optional.empty();
        }
        ByteBuffer fields = ByteBuffer.wrap(content);
        return Optional.of(new Ticket(fields.getLong(), fields.getInt()));
    }

    private static byte[] tag(Keys keys, byte[] content) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(keys.mac());
            return Arrays.copyOf(mac.doFinal(content), TAG_BYTES);
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError("every JDK has HmacSHA256", impossible);
        }
    }

    /** Hides and uncovers alike. */
    private static byte[] crypt(Keys keys, byte[] tag, byte[] content) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            IvParameterSpec counter = new IvParameterSpec(Arrays.copyOf(tag, COUNTER_BLOCK_BYTES));
            cipher.init(Cipher.ENCRYPT_MODE, keys.cipher(), counter);
            return cipher.doFinal(content);
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError("every JDK has AES in counter mode", impossible);
        }
    }
}
