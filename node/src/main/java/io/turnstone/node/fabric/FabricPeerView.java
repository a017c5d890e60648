package io.turnstone.node.fabric;

import java.util.concurrent.TimeUnit;

/**
 * What the fabric has seen of one peer; a snapshot.
 *
 * @param controlConnected whether the peer's control lane answers
 * @param mediaConnected whether all its media lanes answer
 * @param lastHeardNs {@link System#nanoTime} of the last sign of life, or {@link FabricControl#NEVER}
 * @param latenessMs the longest pause in the peer's control duty cycle, as it last reported it
 * @param badTags frames and messages that claimed to come from it and did not
 */
public record FabricPeerView(
    long incarnation,
    int nodeNumber,
    boolean controlConnected,
    boolean mediaConnected,
    long lastHeardNs,
    int latenessMs,
    Media media,
    Messages messages,
    long badTags) {
    /**
     * Frames on all media lanes.
     *
     * @param framesBackPressured dropped because the peer or the network was slower
     * @param framesNotConnected dropped because the peer did not answer
     */
    public record Media(
        long framesSent,
        long bytesSent,
        long framesReceived,
        long bytesReceived,
        long framesBackPressured,
        long framesNotConnected) {}

    /**
     * Messages on the route streams.
     *
     * @param queueBytes what waits to be sent
     * @param behind whether the peer missed messages and the queue has not drained since
     */
    public record Messages(long sent, long received, int queueBytes, boolean behind) {}

    /** For how long the peer has been silent; -1 if it was never heard. */
    public long silenceMs(long nowNs) {
        return lastHeardNs == FabricControl.NEVER ? -1 : TimeUnit.NANOSECONDS.toMillis(nowNs - lastHeardNs);
    }
}
