package io.turnstone.node.fabric;

import io.aeron.driver.status.SystemCounterDescriptor;
import org.jspecify.annotations.Nullable;

/** What the lanes of the fabric count, control and media alike. */
public enum FabricCounter {
    /** Octets that the media drivers sent, with Aeron's own headers and messages. */
    AERON_BYTES_SENT(SystemCounterDescriptor.BYTES_SENT),
    /** Octets that the media drivers received. */
    AERON_BYTES_RECEIVED(SystemCounterDescriptor.BYTES_RECEIVED),
    /** Requests to send again, route streams only: media is never sent again. */
    AERON_NAKS_SENT(SystemCounterDescriptor.NAK_MESSAGES_SENT),
    /** Requests to send again that peers made. */
    AERON_NAKS_RECEIVED(SystemCounterDescriptor.NAK_MESSAGES_RECEIVED),
    /** Packets of route streams sent again. */
    AERON_RETRANSMITS(SystemCounterDescriptor.RETRANSMITS_SENT),
    /** Gaps in loss-tolerant streams that were given up: media that the network lost. */
    AERON_LOSS_GAPS(SystemCounterDescriptor.LOSS_GAP_FILLS),
    /** Packets that the socket took only in part or not at all. */
    AERON_SHORT_SENDS(SystemCounterDescriptor.SHORT_SENDS),
    /** How often a sender had to stop because the receiver's window was full. */
    AERON_FLOW_CONTROL_LIMITS(SystemCounterDescriptor.SENDER_FLOW_CONTROL_LIMITS),
    /** Errors that the media drivers met. */
    AERON_ERRORS(SystemCounterDescriptor.ERRORS),
    /** Media drivers and clients built anew because the old ones had given up. */
    REBUILDS(null),
    /** Attempts to build a driver or a stream that failed; they are repeated. */
    BUILD_FAILURES(null),
    /** Frames and messages dropped because their tag is wrong. */
    BAD_TAGS(null),
    /** Messages dropped because they are none of ours. */
    MALFORMED(null),
    /** Messages dropped because they were meant for another process, mostly the one that ran here before. */
    OTHER_INCARNATION(null),
    /** Messages dropped because their sender is no peer, or not yet, or no longer. */
    STRANGERS(null),
    /** Messages dropped because they came before. */
    REPEATED(null),
    /** Messages of route streams that never came, seen by the gap in their sequence numbers. */
    MISSED(null);

    private final @Nullable SystemCounterDescriptor aeron;

    FabricCounter(@Nullable SystemCounterDescriptor aeron) {
        this.aeron = aeron;
    }

    /** The driver's counter behind this one, if it is one of Aeron's. */
    @Nullable
    SystemCounterDescriptor aeron() {
        return aeron;
    }
}
