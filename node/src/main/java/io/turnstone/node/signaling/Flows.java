package io.turnstone.node.signaling;

import org.agrona.DirectBuffer;

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
     * Gives a message to another node's engine, as if it had arrived there over that flow: a response to what that engine
     * sent, which its {@link SipEngine#onMessage} takes.
     *
     * @param node not this one
     */
    void handOver(int node, FlowName from, DirectBuffer buffer, int offset, int length);
}
