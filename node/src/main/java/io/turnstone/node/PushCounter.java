package io.turnstone.node;

/** What becomes of push notifications. The sentence is the counter's meaning. */
enum PushCounter {
    DELIVERED("a gateway has taken a push notification"),
    REPEATED("a push notification was sent once more, since the gateway had failed or gave no answer"),
    UNKNOWN("a gateway has said that the user agent is not known any more, and its registration was ended"),
    REFUSED("a gateway has refused a push notification for another reason"),
    FAILED("a push notification was given up, since the gateway has failed twice"),
    OVERFLOWED("a push notification was dropped because too many wait for their gateway");

    private final String meaning;

    PushCounter(String meaning) {
        this.meaning = meaning;
    }

    String meaning() {
        return meaning;
    }
}
