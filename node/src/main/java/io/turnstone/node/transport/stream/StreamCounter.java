package io.turnstone.node.transport.stream;

/** What happens to connections. The sentence is the counter's meaning. */
public enum StreamCounter {
    ACCEPTED("a connection was accepted"),
    CONNECTED("a connection was made to another host"),
    CONNECT_FAILED("a connection to another host could not be made"),
    OPENED("a flow was ready for messages, every handshake done"),
    CLOSED("a flow that had been ready ended"),
    REFUSED_TOTAL("a connection was closed since there were as many as allowed in all"),
    REFUSED_SOURCE("a connection was closed since its source had as many as allowed"),
    PROXY_HEADER_REFUSED("a trusted proxy began a connection with no PROXY protocol header that can be read"),
    PROXY_HEADER_UNTRUSTED("a PROXY protocol header came from an address that is not trusted"),
    TLS_FAILED("a TLS handshake failed"),
    HANDSHAKE_REFUSED("an HTTP request was no acceptable WebSocket handshake and was told so"),
    ORIGIN_REFUSED("a WebSocket handshake came from a page of an origin that is not allowed"),
    HANDSHAKE_LATE("a handshake was not done in time"),
    HANDSHAKE_ABANDONED("the peer went away before the handshake was done, as health checks do"),
    RECEIVED("a message of a WebSocket, or a piece of a stream, arrived"),
    SENT("a message or a piece of a stream was handed to the connection"),
    SEND_DROPPED("a message was lost since its flow had ended when its turn came"),
    PROTOCOL_ERROR("a WebSocket broke the rules of framing"),
    MESSAGE_TOO_BIG("a WebSocket message was longer than allowed"),
    MESSAGE_LATE("the rest of a WebSocket message did not come in time"),
    BAD_UTF8("a text message was not well-formed UTF-8"),
    SLOW_READER("a peer did not take in what was sent to it and lost its connection"),
    PING_SENT("a WebSocket was silent and was asked for a sign of life"),
    PING_UNANSWERED("a WebSocket gave no sign of life and was closed"),
    BROKEN("a connection was reset, or failed in another way"),
    DRAINED("a flow was closed because this node drains or ends"),
    HANDLER_FAILED("the handler of a flow threw, which is a bug"),
    CERTIFICATE_TAKEN("a changed certificate and key were taken into use"),
    CERTIFICATE_REFUSED("a changed certificate or key could not be used; the former ones stay");

    private final String meaning;

    StreamCounter(String meaning) {
        this.meaning = meaning;
    }

    /** One sentence for whoever reads the counter. */
    public String meaning() {
        return meaning;
    }
}
