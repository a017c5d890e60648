package io.turnstone.node.transport;

/** What can go wrong with a datagram at the socket. The sentence is the counter's meaning. */
public enum TransportCounter {
    RECEIVE_FAILED("the socket refused a receive; it stays open"),
    SEND_FAILED("the operating system refused a datagram, such as for want of a route or for its size"),
    SEND_BUFFER_FULL("the socket's send buffer was full"),
    SEND_SOCKET_CLOSED("the socket had been closed"),
    SEND_IMPOSSIBLE("the destination has port 0 or is of another family than the socket"),
    TRAIN_REFUSED("the operating system refused a train of datagrams as such; they left one by one"),
    SOCKET_ADDRESS_MADE("a destination was not among the remembered ones: the one case in which sending allocates");

    private final String meaning;

    TransportCounter(String meaning) {
        this.meaning = meaning;
    }

    /** One sentence for whoever reads the counter. */
    public String meaning() {
        return meaning;
    }
}
