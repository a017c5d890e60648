package io.turnstone.node.forwarding;

import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A client's datagram while it is looked at: where it lies, whence it came and when. One thread, one object, reused.
 */
final class Arrival {
    MutableDirectBuffer buffer = new UnsafeBuffer(new byte[0]);
    int offset;
    int length;
    int listener;
    long sourceHigh;
    long sourceLow;
    int sourcePort;
    long nowMs;
}
