package io.turnstone.node.fib;

/** Why a packet was not forwarded. Each constant is a counter; its sentence is the counter's meaning. */
public enum DropReason {
    NO_ALLOCATION("no allocation is known for this 5-tuple, relayed address or id"),
    ALLOCATION_EXPIRED("the allocation's lifetime has run out"),
    NO_PERMISSION("no live permission for the peer's IP address (RFC 8656 §9)"),
    NO_CHANNEL("no live channel has this number (RFC 8656 §12.6)"),
    NO_RELAYED_FAMILY("the allocation has no relayed address of the peer's family"),
    PEER_FORBIDDEN("the peer is a control endpoint of the cluster, or an uncovered port of a relay's address"),
    TARGET_UNKNOWN("the peer lies in a relay range of the cluster, but no allocation has that address"),
    TARGET_EXPIRED("the peer is a relayed address whose allocation has expired"),
    TARGET_NO_PERMISSION("the allocation of the relayed peer has no permission for our relayed address"),
    NO_RELAY_SOCKET("this node is the home but has no socket of the relayed address"),
    VIRTUAL_RELAY("the peer is no client of this cluster, and relayed addresses are virtual (relay.mode = cluster)"),
    NO_LISTENER("the client is attached here, but no listener has its service address"),
    CLIENT_UNHEARD(
        "the node where the client was heard last is silent, and the client has not come to another one yet"),
    FABRIC_LOOP("a packet that came by way of two nodes would have had to go to a third one");

    private static final DropReason[] VALUES = values();

    private final String meaning;

    DropReason(String meaning) {
        this.meaning = meaning;
    }

    /** One sentence for whoever reads the counter. */
    public String meaning() {
        return meaning;
    }

    static DropReason ofOrdinal(int ordinal) {
        return VALUES[ordinal];
    }
}
