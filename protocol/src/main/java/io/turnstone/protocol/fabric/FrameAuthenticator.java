package io.turnstone.protocol.fabric;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Puts and checks the tag of a {@link MediaFrame}: 64 bits under one key over header and payload, the tag taken as zero. One
 * thread.
 *
 * <p>It proves who made a frame, not when: a repeated frame is a repeated datagram, as on any network.
 */
public sealed interface FrameAuthenticator permits NhAuthenticator, SipHashAuthenticator {
    /** Writes the tag of the frame at {@code offset}; false if the frame is shorter than its header or too long. */
    boolean sign(MutableDirectBuffer buffer, int offset, int length);

    /** Whether the frame carries the tag that this key gives it. */
    boolean verify(DirectBuffer buffer, int offset, int length);
}
