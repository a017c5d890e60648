package io.turnstone.node.fabric;

import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.protocol.fabric.FrameAuthenticator;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Signs frames with the cluster's newest fabric key and accepts those of every valid generation. One thread. */
final class FrameKeys {
    private final FrameAuthenticator[] generations;

    FrameKeys(ClusterKeys keys) {
        generations = new FrameAuthenticator[keys.generations()];
        for (int i = 0; i < generations.length; i++) {
            generations[i] = new FrameAuthenticator(keys.key(ClusterKeys.Purpose.FABRIC, i));
        }
    }

    /** Writes the tag; false if the frame is too short. */
    boolean sign(MutableDirectBuffer frame, int offset, int length) {
        return generations[0].sign(frame, offset, length);
    }

    boolean verify(DirectBuffer frame, int offset, int length) {
        for (FrameAuthenticator generation : generations) {
            if (generation.verify(frame, offset, length)) {
                return true;
            }
        }
        return false;
    }
}
