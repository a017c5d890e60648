package io.turnstone.node.transport.stream;

import org.agrona.DirectBuffer;

/**
 * Hears of flows, on the event loop of each: calls about one flow never overlap, calls about two may. Must not block. What
 * it throws closes the flow and is counted.
 */
public interface StreamHandler {
    /** Every handshake is done. The first call about a flow, unless a connection could not be made. */
    void onOpened(StreamFlow flow);

    /**
     * Something has arrived: one whole message of a WebSocket, text or binary, text being well-formed UTF-8; otherwise
     * octets as the connection gave them.
     *
     * @param buffer valid until this method returns
     * @param length in octets; 0 only for an empty message
     */
    void onReceived(StreamFlow flow, DirectBuffer buffer, int offset, int length);

    /** The last call about a flow. */
    void onClosed(StreamFlow flow, StreamClosure closure);
}
