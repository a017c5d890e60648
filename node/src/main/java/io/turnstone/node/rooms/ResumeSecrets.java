package io.turnstone.node.rooms;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.turnstone.node.auth.ClusterKeys;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What a member proves by, at any node, that it is the one that joined. Nothing is remembered: who it is stands in the
 * secret. Any thread.
 *
 * <pre>
 * | version: 1 | issued, epoch ms: 8 | 4 × (length: 2 | UTF-8): room, id, name, user | HMAC-SHA256: 32 |   in base64url
 * </pre>
 */
public final class ResumeSecrets {
    /** As long as a door's credential is good by default: nobody stays by a secret for longer than by what it joined with. */
    static final long LIFETIME_MS = TimeUnit.HOURS.toMillis(24);

    private static final String ALGORITHM = "HmacSHA256";
    private static final int TAG_BYTES = 32;
    private static final byte VERSION = 1;

    private final List<SecretKeySpec> generations = new ArrayList<>();

    /** Who stands behind a secret. */
    record Holder(String room, String id, String name, String user) {}

    public ResumeSecrets(ClusterKeys keys) {
        for (int i = 0; i < keys.generations(); i++) {
            generations.add(new SecretKeySpec(keys.key(ClusterKeys.Purpose.ROOM, i), ALGORITHM));
        }
    }

    String seal(Holder holder, long nowMs) {
        List<byte[]> texts = List
            .of(holder.room().getBytes(UTF_8), holder.id().getBytes(UTF_8), holder.name().getBytes(UTF_8),
                holder.user().getBytes(UTF_8));
        int length = 1 + Long.BYTES + texts.stream().mapToInt(text -> Short.BYTES + text.length).sum();
        ByteBuffer content = ByteBuffer.allocate(length).put(VERSION).putLong(nowMs);
        texts.forEach(text -> content.putShort((short) text.length).put(text));
        byte[] tag = tag(generations.getFirst(), content.array());
        return Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(ByteBuffer.allocate(length + TAG_BYTES).put(content.array()).put(tag).array());
    }

    /** Null if no node of this cluster made it, or too long ago. */
    @Nullable
    Holder open(String secret, long nowMs) {
        byte[] sealed;
        try {
            sealed = Base64.getUrlDecoder().decode(secret);
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
        if (sealed.length <= TAG_BYTES) {
            return null;
        }
        byte[] content = Arrays.copyOf(sealed, sealed.length - TAG_BYTES);
        byte[] tag = Arrays.copyOfRange(sealed, content.length, sealed.length);
        boolean genuine = generations.stream().anyMatch(key -> MessageDigest.isEqual(tag, tag(key, content)));
        return genuine ? read(ByteBuffer.wrap(content), nowMs) : null;
    }

    /** Of another version of ours, perhaps. */
    private static @Nullable Holder read(ByteBuffer content, long nowMs) {
        try {
            if (content.get() != VERSION || nowMs - content.getLong() > LIFETIME_MS) {
                return null;
            }
            return new Holder(text(content), text(content), text(content), text(content));
        } catch (BufferUnderflowException cutOff) {
            return null;
        }
    }

    private static String text(ByteBuffer content) {
        byte[] text = new byte[Short.toUnsignedInt(content.getShort())];
        content.get(text);
        return new String(text, UTF_8);
    }

    private static byte[] tag(SecretKeySpec key, byte[] content) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(content);
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError("every JDK has " + ALGORITHM, impossible);
        }
    }
}
