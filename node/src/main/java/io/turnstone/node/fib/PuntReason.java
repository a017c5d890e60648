package io.turnstone.node.fib;

/** Why a packet was handed to the control plane. Each constant is a counter; its sentence is the counter's meaning. */
public enum PuntReason {
    ALLOCATE("an Allocate request with credentials (RFC 8656 §7)"),
    REFRESH("a Refresh request with credentials (RFC 8656 §8)"),
    CREATE_PERMISSION("a CreatePermission request with credentials (RFC 8656 §10)"),
    CHANNEL_BIND("a ChannelBind request with credentials (RFC 8656 §12)"),
    OTHER_REQUEST("any other request with credentials");

    private static final PuntReason[] VALUES = values();

    private final String meaning;

    PuntReason(String meaning) {
        this.meaning = meaning;
    }

    /** One sentence for whoever reads the counter. */
    public String meaning() {
        return meaning;
    }

    /** @throws ArrayIndexOutOfBoundsException for a number that is no constant's */
    public static PuntReason ofOrdinal(int ordinal) {
        return VALUES[ordinal];
    }
}
