package io.turnstone.node;

import io.turnstone.protocol.net.TransportAddress;

/** Nothing: relayed addresses are reached by the cluster's own clients only. Any thread. */
final class VirtualRelaySockets implements RelaySockets {
    @Override
    public boolean open(TransportAddress local, TransportAddress relayed) {
        return true;
    }

    @Override
    public void close(TransportAddress relayed) {}

    @Override
    public int socketOf(TransportAddress relayed) {
        return VIRTUAL;
    }
}
