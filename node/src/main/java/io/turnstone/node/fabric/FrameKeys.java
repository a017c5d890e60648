package io.turnstone.node.fabric;

import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.protocol.fabric.FrameAuthenticator;
import io.turnstone.protocol.fabric.HmacAuthenticator;
import io.turnstone.protocol.fabric.SipHashAuthenticator;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Signs frames with the cluster's newest fabric key and accepts those of every valid generation. Frames are signed with
 * SipHash, but with HMAC for a peer that does not speak {@link FabricSettings#SIPHASH_SINCE_VERSION} of the messages between
 * nodes. One thread.
 */
final class FrameKeys {
    private final FrameAuthenticator[] siphash;
    private final FrameAuthenticator[] hmac;

    FrameKeys(ClusterKeys keys, int frameBytesMax) {
        siphash = new FrameAuthenticator[keys.generations()];
        hmac = new FrameAuthenticator[keys.generations()];
        for (int i = 0; i < keys.generations(); i++) {
            byte[] key = keys.key(ClusterKeys.Purpose.FABRIC, i);
            siphash[i] = new SipHashAuthenticator(key);
            hmac[i] = new HmacAuthenticator(key, frameBytesMax);
        }
    }

    /**
     * Writes the tag; false if the frame is too short or too long.
     *
     * @param knowsSipHash whether the receiver does
     */
    boolean sign(MutableDirectBuffer frame, int offset, int length, boolean knowsSipHash) {
        return (knowsSipHash ? siphash : hmac)[0].sign(frame, offset, length);
    }

    boolean verify(DirectBuffer frame, int offset, int length) {
        return verify(siphash, frame, offset, length) || verify(hmac, frame, offset, length);
    }

    private static boolean verify(FrameAuthenticator[] generations, DirectBuffer frame, int offset, int length) {
        for (FrameAuthenticator generation : generations) {
            if (generation.verify(frame, offset, length)) {
                return true;
            }
        }
        return false;
    }
}
