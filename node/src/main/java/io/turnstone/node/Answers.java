package io.turnstone.node;

import io.turnstone.node.allocation.Origin;
import io.turnstone.node.forwarding.ForwardingCounter;
import io.turnstone.node.forwarding.PathCounters;
import io.turnstone.node.transport.DatagramSender;
import io.turnstone.node.transport.Sockets;
import io.turnstone.protocol.net.TransportAddress;
import org.agrona.DirectBuffer;

/**
 * Sends clients what the control plane answers, from the socket that the request came to: handed to the forwarder, an answer
 * would wake another thread. The control thread's.
 */
final class Answers {
    private final Sockets sockets;
    private final DatagramSender sender;
    private final PathCounters counters;

    Answers(Sockets sockets, PathCounters counters) {
        this.sockets = sockets;
        this.sender = sockets.newSender();
        this.counters = counters;
    }

    /** Leaves with the next {@link #flush}. */
    void send(Origin origin, DirectBuffer buffer, int offset, int length) {
        TransportAddress client = origin.hop();
        boolean sent = sender.send(
            sockets.listenerSocket(origin.listener(), origin.forwarder()), buffer, offset, length,
            client.high(), client.low(), client.port());
        counters.path().increment(sent ? ForwardingCounter.INJECTED : ForwardingCounter.SEND_LOST);
    }

    void flush() {
        sender.flush();
    }
}
