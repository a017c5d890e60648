package io.turnstone.node.signaling;

import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where messages leave. Called on the engine's thread; the octets may be used for something else on return. What is called
 * does not call the engine back before it returns: a message between two flows of one node comes in later.
 */
public interface Flows {
    /**
     * Sends one message over a flow of this or another node.
     *
     * @return false if the flow is known to be gone, or cannot take more
     */
    boolean send(FlowName flow, DirectBuffer buffer, int offset, int length);

    /**
     * Where what is meant for the sender of a request over UDP goes that has not asked for an answer to the port it sent
     * from (RFC 3261 §18.2.2): to the same address, at the port that its Via names.
     *
     * @return the same where that is where the request came from, or there are no datagrams
     */
    default Arrival atPort(Arrival arrival, int port) {
        return arrival;
    }

    /**
     * The flow to an address outside. A connection is begun where there is none; what is sent meanwhile waits, and if it
     * cannot be made {@link SipEngine#onUnreachable} hears of it.
     *
     * @return null if there is no way to send there
     */
    default @Nullable FlowName open(Hop hop) {
        return null;
    }

    /** Whether another node is there, by its incarnation, as far as anybody knows. */
    boolean isHeard(long node);

    /**
     * Gives a message to another node's engine, whose {@link SipEngine#onMessage} takes it as if it had arrived there over
     * that flow: a response to what that engine sent, or a request that it answers. It may be lost.
     *
     * @param node its incarnation, or a number that is no node's; not this one
     * @param from a flow of this node
     */
    void handOver(long node, Arrival from, DirectBuffer buffer, int offset, int length);
}
