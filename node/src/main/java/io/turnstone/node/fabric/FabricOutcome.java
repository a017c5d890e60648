package io.turnstone.node.fabric;

/** What became of a media frame. Whatever is not {@link #SENT} is a drop; a frame is never queued or tried again. */
public enum FabricOutcome {
    /** Handed to the lane; it is on the wire within one duty cycle. */
    SENT,
    /** The peer or the network takes less than is sent; the frame is lost. */
    BACK_PRESSURED,
    /** The peer is known but does not answer. */
    NOT_CONNECTED,
    /** No peer has this number. */
    NO_SUCH_NODE,
    /** The lane is just being rebuilt or has been closed. */
    CLOSED,
    /** Not a media frame, or longer than {@link FabricSettings#FRAME_BYTES_MAX}. */
    MALFORMED
}
