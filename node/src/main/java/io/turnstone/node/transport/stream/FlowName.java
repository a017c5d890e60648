package io.turnstone.node.transport.stream;

import io.turnstone.protocol.net.TransportAddress;

/** What tells a flow from others. Immutable. */
record FlowName(
    long id, StreamTransport transport, boolean outbound, TransportAddress local, TransportAddress remote) {
    FlowName withAddresses(TransportAddress otherLocal, TransportAddress otherRemote) {
        return new FlowName(id, transport, outbound, otherLocal, otherRemote);
    }

    @Override
    public String toString() {
        return transport + " flow " + id + (outbound ? " to " : " from ") + remote;
    }
}
