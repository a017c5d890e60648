package io.turnstone.node.fabric;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one peer, bounded in bytes. A message that does not fit marks the peer as behind; from then on nothing is
 * taken until the queue has drained, so what a peer that fell behind gets is a gapless start followed by silence. One
 * thread; the sizes may be read by any.
 */
final class SendQueue {
    private final ArrayDeque<byte[]> messages = new ArrayDeque<>();
    private final int bytesMax;
    private volatile int bytes;
    private volatile boolean behind;

    /** @param bytesMax no single message is larger */
    SendQueue(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** False if the peer is behind, now or since earlier. */
    boolean offer(byte[] message) {
        int grown = bytes + message.length;
        if (behind || grown > bytesMax) {
            behind = true;
            return false;
        }
        messages.addLast(message);
        bytes = grown;
        return true;
    }

    byte @Nullable [] peek() {
        return messages.peekFirst();
    }

    /** Removes what {@link #peek} showed. */
    void pop() {
        int shrunk = bytes - messages.removeFirst().length;
        bytes = shrunk;
        if (messages.isEmpty()) {
            behind = false;
        }
    }

    boolean isBehind() {
        return behind;
    }

    int bytes() {
        return bytes;
    }
}
