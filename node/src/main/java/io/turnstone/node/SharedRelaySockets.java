package io.turnstone.node;

import io.turnstone.node.transport.Sockets;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One socket for each relayed address of the whole cluster, since a peer's packet may arrive anywhere, or a share in those
 * that are gathered; nodes of one machine share them by SO_REUSEPORT. Control thread.
 *
 * <p>Addresses that other nodes have given away are opened a few per turn, and only up to three quarters of the limit:
 * the rest is for what this node gives away itself. Whoever finds no room waits until something is closed.
 */
final class SharedRelaySockets implements RelaySockets {
    private static final Logger LOG = LoggerFactory.getLogger(SharedRelaySockets.class);
    private static final int OPENED_PER_TURN = 64;

    private final Sockets sockets;
    private final Map<IpAddress, IpAddress> localByAdvertised;
    private final int socketsMax;
    private final Consumer<TransportAddress> opened;
    private final Set<TransportAddress> waiting = new LinkedHashSet<>();
    private int open;
    private boolean toldFull;
    private volatile int missing;

    /**
     * @param localByAdvertised where this machine binds each relay address
     * @param socketsMax how many sockets may be open at once
     * @param opened is told of each address that another node has given away and that has a socket here now
     */
    SharedRelaySockets(Sockets sockets, Map<IpAddress, IpAddress> localByAdvertised, int socketsMax,
        Consumer<TransportAddress> opened) {
        this.sockets = sockets;
        this.localByAdvertised = Map.copyOf(localByAdvertised);
        this.socketsMax = socketsMax;
        this.opened = opened;
    }

    @Override
    public boolean open(TransportAddress local, TransportAddress relayed) {
        if (open >= socketsMax) {
            tellFull();
            return false;
        }
        return bind(local, relayed);
    }

    @Override
    public void onNamed(TransportAddress relayed) {
        if (localByAdvertised.containsKey(relayed.ip()) && socketOf(relayed) == NONE) {
            waiting.add(relayed);
        }
    }

    @Override
    public int doWork() {
        int done = 0;
        Iterator<TransportAddress> next = waiting.iterator();
        while (next.hasNext() && done < OPENED_PER_TURN && open < socketsMax / 4 * 3) {
            TransportAddress relayed = next.next();
            next.remove();
            IpAddress local = localByAdvertised.get(relayed.ip());
            if (local != null && bind(TransportAddress.of(local, relayed.port()), relayed)) {
                opened.accept(relayed);
            }
            done++;
        }
        if (next.hasNext() && done < OPENED_PER_TURN) {
            tellFull();
        }
        missing = waiting.size();
        return done;
    }

    private boolean bind(TransportAddress local, TransportAddress relayed) {
        try {
            sockets.openRelay(local, relayed, relayed.port() % sockets.forwarders(), true);
            open++;
            return true;
        } catch (IOException taken) {
            LOG.warn("A relay port cannot be opened: {}", taken.getMessage());
            return false;
        }
    }

    private void tellFull() {
        if (!toldFull) {
            toldFull = true;
            LOG.warn(
                "{} relay sockets are open of at most {}, which the limit of open files (ulimit -n) allows: peers reach"
                    + " further allocations through fewer nodes",
                open, socketsMax);
        }
    }

    @Override
    public void close(TransportAddress relayed) {
        waiting.remove(relayed);
        int socket = sockets.relaySocketOf(relayed);
        if (socket != Sockets.NONE) {
            sockets.closeRelay(socket);
            open--;
        }
    }

    @Override
    public int socketOf(TransportAddress relayed) {
        return sockets.relaySocketOf(relayed);
    }

    @Override
    public int missing() {
        return missing;
    }
}
