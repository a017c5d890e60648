package io.turnstone.node.signaling;

/** What happens between connections and the engine. The sentence is the counter's meaning. */
public enum SignalingCounter {
    KEEP_ALIVE("a client showed by an empty line that it is alive (RFC 5626 section 4.4.1)"),
    QUEUE_FULL("a message was dropped because the signaling thread is behind"),
    CONNECTION_QUEUE_FULL("a message was dropped because its connection sends more than is handled"),
    STREAM_BROKEN("a connection was closed because where its messages end cannot be known"),
    MESSAGE_LATE("a connection was closed because the rest of a message did not come in time");

    private final String meaning;

    SignalingCounter(String meaning) {
        this.meaning = meaning;
    }

    public String meaning() {
        return meaning;
    }
}
