package io.turnstone.node.signaling;

import org.agrona.DirectBuffer;

/** Where messages leave. Called on the engine's thread; the octets may be used for something else on return. */
public interface Flows {
    /**
     * Sends one message over a flow of this or another node.
     *
     * @return false if the flow is known to be gone, or cannot take more
     */
    boolean send(FlowName flow, DirectBuffer buffer, int offset, int length);

    /**
     * Gives a message to another node's engine, as if it had arrived there over that flow: a response to what that engine
     * sent, which comes with the number of that node in its Via.
     *
     * @param node not this one
     */
    void handOver(int node, FlowName from, DirectBuffer buffer, int offset, int length);
}
