package io.turnstone.node.rib;

/** What the learning of attachments counts. The sentence is the counter's meaning. */
public enum AttachmentCounter {
    ANNOUNCED("clients whose packets began to arrive here, which the other nodes were told"),
    TAKEN("moves of clients that other nodes have told"),
    TOO_SOON("packets of clients that arrived here less than 200 ms after their last move"),
    HELD("packets of clients that arrived here after five moves within 10 s, so that they stay where they were"),
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
