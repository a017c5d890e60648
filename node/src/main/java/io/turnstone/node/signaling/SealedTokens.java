package io.turnstone.node.signaling;

import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.node.auth.SipHash;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Text that stands as the user of a URI, that any node of the cluster opens and nobody else makes or reads. One thread;
 * several instances over the same {@link ClusterKeys} agree.
 *
 * <pre>
 * | tag: 10 octets | content |   in base64 digits for URLs
 * </pre>
 *
 * The tag is a SipHash of the content and at the same time the seed of the key stream that hides the content:
 * authenticated encryption that is safe without a nonce (the construction of RFC 5297, SIV).
 */
final class SealedTokens {
    private static final int TAG_BYTES = 10;
    private static final int BLOCK_BYTES = 16;

    private final List<Keys> generations = new ArrayList<>();

    private record Keys(SipHash mac, SipHash stream) {}

    SealedTokens(ClusterKeys keys) {
        for (int i = 0; i < keys.generations(); i++) {
            byte[] key = keys.key(ClusterKeys.Purpose.DIALOG_TOKEN, i);
            byte[] second = new byte[SipHash.KEY_BYTES];
            System.arraycopy(key, SipHash.KEY_BYTES, second, 0, SipHash.KEY_BYTES);
            generations.add(new Keys(new SipHash(key), new SipHash(second)));
        }
    }

    /** Characters of {@code [A-Za-z0-9_-]}; the same content gives the same text. */
    String seal(byte[] content) {
        Keys keys = generations.getFirst();
        byte[] sealed = new byte[TAG_BYTES + content.length];
        UnsafeBuffer buffer = new UnsafeBuffer(sealed);
        buffer.putBytes(TAG_BYTES, content);
        putTag(keys, buffer, buffer);
        crypt(keys, buffer);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
    }

    /** The content of {@code start} to {@code end}; null if no node of this cluster sealed it. */
    byte @Nullable [] open(DirectBuffer source, int start, int end) {
        byte[] text = new byte[end - start];
        source.getBytes(start, text);
        return open(text);
    }

    byte @Nullable [] open(String text) {
        return open(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private byte @Nullable [] open(byte[] text) {
        byte[] sealed;
        try {
            sealed = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
        if (sealed.length <= TAG_BYTES) {
            return null;
        }
        for (Keys keys : generations) {
            byte[] content = open(keys, sealed);
            if (content != null) {
                return content;
            }
        }
        return null;
    }

    private static byte @Nullable [] open(Keys keys, byte[] sealed) {
        UnsafeBuffer buffer = new UnsafeBuffer(sealed.clone());
        crypt(keys, buffer);
        UnsafeBuffer tag = new UnsafeBuffer(new byte[TAG_BYTES]);
        putTag(keys, buffer, tag);
        int difference = 0;
        for (int i = 0; i < TAG_BYTES; i++) {
            difference |= tag.getByte(i) ^ sealed[i];
        }
        if (difference != 0) {
            return null;
        }
        byte[] content = new byte[sealed.length - TAG_BYTES];
        buffer.getBytes(TAG_BYTES, content);
        return content;
    }

    private static void putTag(Keys keys, UnsafeBuffer buffer, UnsafeBuffer target) {
        SipHash mac = keys.mac().begin().put(buffer, TAG_BYTES, buffer.capacity()).end();
        target.putLong(0, mac.first());
        target.putShort(Long.BYTES, (short) mac.second());
    }

    /** Hides and uncovers alike. */
    private static void crypt(Keys keys, UnsafeBuffer buffer) {
        for (int block = 0; block * BLOCK_BYTES < buffer.capacity() - TAG_BYTES; block++) {
            SipHash stream = keys.stream().begin().put(buffer, 0, TAG_BYTES).put((byte) block).end();
            int start = TAG_BYTES + block * BLOCK_BYTES;
            for (int i = 0; i < BLOCK_BYTES && start + i < buffer.capacity(); i++) {
                long word = i < Long.BYTES ? stream.first() : stream.second();
                int mask = (int) (word >>> ((i & Long.BYTES - 1) * Byte.SIZE));
                buffer.putByte(start + i, (byte) (buffer.getByte(start + i) ^ mask));
            }
        }
    }
}
