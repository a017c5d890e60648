package io.turnstone.node.signaling;

/** What happens between connections and the engine. The sentence is the counter's meaning. */
public enum SignalingCounter {
    KEEP_ALIVE("a client showed by an empty line or a Binding request that it is alive (RFC 5626 section 4.4)"),
    QUEUE_FULL("a message was dropped because the signaling thread is behind"),
    CONNECTION_QUEUE_FULL("a message was dropped because its connection sends more than is handled"),
    STREAM_BROKEN("a connection was closed because where its messages end cannot be known"),
    MESSAGE_LATE("a connection was closed because the rest of a message did not come in time"),
    DATAGRAM_MALFORMED("a datagram was dropped that is no keep-alive, or whose PROXY protocol header is not believed"),
    DATAGRAM_FLOWS_FULL("a datagram was dropped because something is registered over as many flows as there may be"),
    PEER_SENT("a message left for another node, to leave by a connection of that or to end at its transaction"),
    PEER_UNSENT(
        "a message for another node was not sent because too much waits, it is too long, or the node is silent"),
    PEER_DELIVERED("another node's message was sent over a connection of this one"),
    PEER_FLOW_GONE("another node's message came for a connection that has ended"),
    PEER_DROPPED("another node's message was dropped because the signaling thread is behind"),
    PEER_MALFORMED("another node's message was dropped because it cannot be understood");

    private final String meaning;

    SignalingCounter(String meaning) {
        this.meaning = meaning;
    }

    public String meaning() {
        return meaning;
    }
}
