package io.turnstone.node.kernel;

/** What is counted of forwarding in the kernel, beside the packets, which count as any. The sentence is the counter's meaning. */
public enum KernelCounter {
    ESTABLISHED("flows handed to the kernel"),
    LEFT("reports of flows that user space keeps: proxied, moving, elsewhere, of two families, or without a route"),
    CHANGED("flows written anew since a leg of theirs has changed"),
    WITHDRAWN("flows taken back since a leg of theirs has changed or gone"),
    EXPIRED("flows that were at their end: unused, or past a deadline"),
    ADOPTED("flows that an earlier process left and this one has taken over"),
    DISOWNED("flows that an earlier process left and the tables do not know any more, ended"),
    NO_ROOM("flows that found no room in the kernel's map");

    private final String meaning;

    KernelCounter(String meaning) {
        this.meaning = meaning;
    }

    /** One sentence for whoever reads the counter. */
    public String meaning() {
        return meaning;
    }
}
