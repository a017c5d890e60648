package io.turnstone.node.doors;

/** What happens at the doors. The sentence is the counter's meaning. */
public enum DoorCounter {
    ISSUED("a credential was given out"),
    UNAUTHENTICATED("a request proved itself by no key of ours, or was one too many of those"),
    LIMITED("a request was refused because its key had asked too often in that second"),
    REFUSED("a request was refused for what it asks, its method or its path");

    private final String meaning;

    DoorCounter(String meaning) {
        this.meaning = meaning;
    }

    public String meaning() {
        return meaning;
    }
}
