package io.turnstone.node.punt;

/** Why a packet was handed to the control plane. Each constant is a counter; its sentence is the counter's meaning. */
public enum PuntReason {
    BINDING("a Binding request with credentials (RFC 8489 §9.2)"),
    ALLOCATE("an Allocate request with credentials (RFC 8656 §7)"),
    REFRESH("a Refresh request with credentials (RFC 8656 §8)"),
    CREATE_PERMISSION("a CreatePermission request with credentials (RFC 8656 §10)"),
    CHANNEL_BIND("a ChannelBind request with credentials (RFC 8656 §12)"),
    MOVED("data of a client whose packets arrived elsewhere before; only the news, not the packet"),
    MOVE_DATA("data from the 5-tuple that a client moves to (RFC 8016 §3.2.2); only the news, not the packet"),
    PEER_MOVED("a datagram of a peer that arrived elsewhere before; only the allocation's id, not the packet"),
    ESTABLISHED("a flow that moves and could be forwarded by the kernel; only its name, not the packet");

    private static final PuntReason[] VALUES = values();

    private final String meaning;

    PuntReason(String meaning) {
        this.meaning = meaning;
    }

    /** One sentence for whoever reads the counter. */
    public String meaning() {
        return meaning;
    }

    /** A number above 0 that stands for the reason within this process. */
    @SuppressWarnings("EnumOrdinal") // never leaves the process
    int number() {
        return ordinal() + 1;
    }

    static PuntReason ofNumber(int number) {
        return VALUES[number - 1];
    }
}
