package io.turnstone.node.allocation;

/** What {@link TurnService} counts. The sentence is the counter's meaning. */
public enum TurnCounter {
    SUCCEEDED("a request was answered with success"),
    REPEATED("a retransmitted Allocate was answered from its route"),
    CHALLENGED("a request was answered with 401 or 438 and a fresh nonce"),
    REFUSED("a request was answered with any other error"),
    REVOKED("a request was answered with 403 because its credential is for a call that has ended"),
    MISMATCHED("a request was answered with 437 because the whole cluster does not know its 5-tuple"),
    MALFORMED("a packet was dropped because it is no request that this server knows"),
    DUPLICATE("a retransmission was dropped because the answer is on its way"),
    SILENT("a request was dropped because its 5-tuple is unknown and the cluster is not certain"),
    NOT_READY("an Allocate was dropped because this node may not mint allocations yet"),
    OVERLOADED("a request was dropped because too many are in flight"),
    ICMP_RELAYED("an ICMP error was told to a client"),
    ICMP_DROPPED("an ICMP error was dropped: its type, its allocation or its permission does not allow it");

    private final String meaning;

    TurnCounter(String meaning) {
        this.meaning = meaning;
    }

    public String meaning() {
        return meaning;
    }
}
