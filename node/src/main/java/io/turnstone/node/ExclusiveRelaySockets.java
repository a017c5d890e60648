package io.turnstone.node;

import io.turnstone.node.transport.Sockets;
import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One socket for each relayed address that this node has given away, bound by nobody else. Control thread. */
final class ExclusiveRelaySockets implements RelaySockets {
    private static final Logger LOG = LoggerFactory.getLogger(ExclusiveRelaySockets.class);

    private final Sockets sockets;

    ExclusiveRelaySockets(Sockets sockets) {
        this.sockets = sockets;
    }

    @Override
    public boolean open(TransportAddress local, TransportAddress relayed) {
        try {
            sockets.openRelay(local, relayed, relayed.port() % sockets.forwarders(), false);
            return true;
        } catch (IOException taken) {
            LOG.warn("A relay port cannot be opened: {}", taken.getMessage());
            return false;
        }
    }

    @Override
    public void close(TransportAddress relayed) {
        sockets.closeRelay(sockets.relaySocketOf(relayed));
    }

    @Override
    public int socketOf(TransportAddress relayed) {
        return sockets.relaySocketOf(relayed);
    }
}
