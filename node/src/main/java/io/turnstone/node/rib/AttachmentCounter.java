package io.turnstone.node.rib;

/** What the learning of attachments counts. The sentence is the counter's meaning. */
public enum AttachmentCounter {
    ANNOUNCED("clients and peers whose packets began to arrive here, which the other nodes were told"),
    TAKEN("moves of clients and peers that other nodes have told"),
    TOO_SOON("packets of clients and peers that arrived here less than 200 ms after their last move"),
    HELD(
        "packets of clients and peers that arrived here after five moves within 10 s, so that they stay where they were"),
    PEERS_FULL("packets of peers that arrived here when their allocation had 16 attached peers already"),
    REPAIRED("attachments sent because digests differed"),
    BAD_MESSAGES("messages about attachments that could not be understood");

    private final String meaning;

    AttachmentCounter(String meaning) {
        this.meaning = meaning;
    }

    /** One sentence for whoever reads the counter. */
    public String meaning() {
        return meaning;
    }
}
