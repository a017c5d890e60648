package io.turnstone.node.rooms;

/** What happens in rooms, at this node. The sentence is the counter's meaning. */
public enum RoomCounter {
    JOINED("a client joined a room"),
    RESUMED("a client came back to its place in a room"),
    UNAUTHORIZED("a client proved nothing, or something for another room"),
    REFUSED("a client was not let into a room because too many are, or because it had been away for too long"),
    SENT("a client's message left for another member"),
    DELIVERED("another member's message was handed to a client's connection"),
    SENT_AGAIN("a message was sent again because nobody had said that it was received"),
    UNDELIVERED("a client was told that a message did not reach its receiver"),
    LEFT("a client left its room"),
    CONNECTION_LOST("a client left its room because it had not come back in time"),
    REPLACED("a client that had come back elsewhere was forgotten here"),
    MALFORMED("a client's message was none that is known"),
    TOO_FAST("a client's message was dropped because it sent too many"),
    QUEUE_FULL("a client's message was dropped because too much waits for its receivers"),
    BEHIND("a connection was closed because it sends more than is handled, or the rooms' thread is behind"),
    NEWS_DROPPED("what a room told was dropped because the rooms' thread is behind");

    private final String meaning;

    RoomCounter(String meaning) {
        this.meaning = meaning;
    }

    /** One sentence for whoever reads the counter. */
    public String meaning() {
        return meaning;
    }
}
