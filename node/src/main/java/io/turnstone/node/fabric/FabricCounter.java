package io.turnstone.node.fabric;

import io.aeron.driver.status.SystemCounterDescriptor;
import org.jspecify.annotations.Nullable;

/** What the lanes of the fabric count, control and media alike. */
public enum FabricCounter {
    AERON_BYTES_SENT(SystemCounterDescriptor.BYTES_SENT,
        "octets that the media drivers sent, with Aeron's own headers and messages"),
    AERON_BYTES_RECEIVED(SystemCounterDescriptor.BYTES_RECEIVED, "octets that the media drivers received"),
    AERON_NAKS_SENT(SystemCounterDescriptor.NAK_MESSAGES_SENT,
        "requests to send again, route streams only: media is never sent again"),
    AERON_NAKS_RECEIVED(SystemCounterDescriptor.NAK_MESSAGES_RECEIVED, "requests to send again that peers made"),
    AERON_RETRANSMITS(SystemCounterDescriptor.RETRANSMITS_SENT, "packets of route streams sent again"),
    AERON_LOSS_GAPS(SystemCounterDescriptor.LOSS_GAP_FILLS,
        "gaps in loss-tolerant streams that were given up: media that the network lost"),
    AERON_SHORT_SENDS(SystemCounterDescriptor.SHORT_SENDS, "packets that the socket took only in part or not at all"),
    AERON_INVALID_PACKETS(SystemCounterDescriptor.INVALID_PACKETS, "packets dropped because they are none of Aeron's"),
    AERON_FLOW_CONTROL_LIMITS(SystemCounterDescriptor.SENDER_FLOW_CONTROL_LIMITS,
        "how often a sender had to stop because the receiver's window was full"),
    AERON_ERRORS(SystemCounterDescriptor.ERRORS, "errors that the media drivers met"),
    REBUILDS(null, "media drivers and clients built anew because the old ones had given up"),
    BUILD_FAILURES(null, "attempts to build a driver or a stream that failed; they are repeated"),
    BAD_TAGS(null, "frames and messages dropped because their tag is wrong"),
    MALFORMED(null, "messages dropped because they are none of ours"),
    OTHER_INCARNATION(null,
        "messages dropped because they were meant for another process, mostly the one that ran here before"),
    STRANGERS(null, "messages dropped because their sender is no peer, or not yet, or no longer"),
    REPEATED(null, "messages dropped because they came before"),
    MISSED(null, "messages of route streams that never came, seen by the gap in their sequence numbers");

    private final @Nullable SystemCounterDescriptor aeron;
    private final String meaning;

    FabricCounter(@Nullable SystemCounterDescriptor aeron, String meaning) {
        this.aeron = aeron;
        this.meaning = meaning;
    }

    /** One sentence for whoever reads the counter. */
    public String meaning() {
        return meaning;
    }

    /** The driver's counter behind this one, if it is one of Aeron's. */
    @Nullable
    SystemCounterDescriptor aeron() {
        return aeron;
    }
}
