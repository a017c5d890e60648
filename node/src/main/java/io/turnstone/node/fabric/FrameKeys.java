package io.turnstone.node.fabric;

import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.protocol.fabric.FrameAuthenticator;
import io.turnstone.protocol.fabric.NhAuthenticator;
import io.turnstone.protocol.fabric.SipHashAuthenticator;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Signs frames with the cluster's newest fabric key and accepts those of every valid generation. Frames are signed with
 * NH, but with SipHash alone for a peer that does not speak {@link FabricSettings#NH_SINCE_VERSION} of the messages between
 * nodes. One thread.
 */
final class FrameKeys {
    private final FrameAuthenticator[] nh;
    private final FrameAuthenticator[] siphash;

    FrameKeys(ClusterKeys keys, int frameBytesMax) {
        nh = new FrameAuthenticator[keys.generations()];
        siphash = new FrameAuthenticator[keys.generations()];
        for (int i = 0; i < keys.generations(); i++) {
            byte[] key = keys.key(ClusterKeys.Purpose.FABRIC, i);
            nh[i] = new NhAuthenticator(key, frameBytesMax);
            siphash[i] = new SipHashAuthenticator(key);
        }
    }

    /**
     * Writes the tag; false if the frame is too short or too long.
     *
     * @param knowsNh whether the receiver does
     */
    boolean sign(MutableDirectBuffer frame, int offset, int length, boolean knowsNh) {
        return (knowsNh ? nh : siphash)[0].sign(frame, offset, length);
    }

    boolean verify(DirectBuffer frame, int offset, int length) {
        return verify(nh, frame, offset, length) || verify(siphash, frame, offset, length);
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
