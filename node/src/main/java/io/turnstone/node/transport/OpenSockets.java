package io.turnstone.node.transport;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import java.net.BindException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Which sockets there are and what each is for, whatever carries their datagrams. */
final class OpenSockets<S extends BoundSocket> implements Sockets {
    private static final int JOIN_ATTEMPTS = 20;
    private static final long JOIN_AGAIN_AFTER_NS = 10_000_000;

    private final SocketSettings settings;
    private final SocketTable<S> table;
    private final SocketLayer<S> layer;
    private final TransportCells cells;
    private final Map<TransportAddress, Integer> relaySockets = new HashMap<>();
    private final Map<TransportAddress, Integer> relaySocketsByLocal = new HashMap<>();
    private final List<ServiceAddress> listeners = new ArrayList<>();
    private final List<Integer> waitingListeners = new ArrayList<>();
    private final int[][] listenerSockets;
    private final Set<IpAddress> gathered = new HashSet<>();
    private final List<IpAddress> waitingCarriers = new ArrayList<>();
    private @Nullable PortSteering steering;

    OpenSockets(
        SocketSettings settings, SocketTable<S> table, SocketLayer<S> layer, TransportCells cells, int listenerCount) {
        this.settings = settings;
        this.table = table;
        this.layer = layer;
        this.cells = cells;
        this.listenerSockets = new int[listenerCount][settings.forwarders()];
    }

    /**
     * Opens one socket per forwarder, which share the port.
     *
     * @param patient whether a port that another process has is left to it until {@link #listen}
     */
    void addListener(ServiceAddress address, boolean patient) throws IOException {
        int listener = listeners.size();
        Arrays.setAll(listenerSockets[listener], forwarder -> table.newHandle());
        boolean waits = patient && isTaken(address.local());
        listeners.add(waits ? address : openListener(listener, address));
        if (waits) {
            waitingListeners.add(listener);
        }
    }

    private ServiceAddress openListener(int listener, ServiceAddress wanted) throws IOException {
        ServiceAddress address = wanted;
        for (int forwarder = 0; forwarder < settings.forwarders(); forwarder++) {
            S socket = join(address.local());
            address = withBoundPort(address, socket.local());
            SocketInfo info = new SocketInfo(listener, address.local(), address.advertised());
            add(socket, listenerSockets[listener][forwarder], info, forwarder);
        }
        return address;
    }

    /** Joins those who share the port, and does not give up because one of them is just asking whether it is taken. */
    private S join(TransportAddress local) throws IOException {
        for (int attempt = 1; attempt < JOIN_ATTEMPTS; attempt++) {
            try {
                return layer.bind(local, true);
            } catch (BindException takenOrAskedFor) {
                LockSupport.parkNanos(JOIN_AGAIN_AFTER_NS);
            }
        }
        return bind(local, true);
    }

    /** Asks without joining those who share the port, or the system would give packets to this process at once. */
    private boolean isTaken(TransportAddress local) throws IOException {
        try {
            layer.close(layer.bind(local, false));
            return false;
        } catch (BindException takenOrForeign) {
            layer.close(bind(local.withPort(0), false));
            return true;
        }
    }

    @Override
    public void listen() throws IOException {
        while (!waitingListeners.isEmpty()) {
            int listener = waitingListeners.getLast();
            openListener(listener, listeners.get(listener));
            waitingListeners.removeLast();
        }
        openCarriers();
    }

    @Override
    public void gatherRelays(List<TransportAddress> carriers, boolean exclusive, PortSteering by, int ownMax)
        throws IOException {
        for (TransportAddress carrier : carriers) {
            if (exclusive && isTaken(carrier)) {
                throw new BindException("UDP " + carrier + " is in use by another process");
            }
            layer.gather(carrier, ownMax);
        }
        steering = by;
        carriers.forEach(carrier -> gathered.add(carrier.ip()));
        waitingCarriers.addAll(gathered);
        if (!settings.patient()) {
            openCarriers();
        }
    }

    @Override
    public boolean gathersRelays() {
        return !gathered.isEmpty();
    }

    private void openCarriers() throws IOException {
        PortSteering by = steering;
        while (by != null && !waitingCarriers.isEmpty()) {
            IpAddress local = waitingCarriers.getLast();
            for (int forwarder = 0; forwarder < settings.forwarders(); forwarder++) {
                S socket = layer.bindCarrier(local);
                SocketInfo info = new SocketInfo(SocketInfo.RELAY, socket.local(), socket.local());
                add(socket, table.newHandle(), info, forwarder);
                by.steerTo(local, layer.descriptor(socket));
            }
            waitingCarriers.removeLast();
        }
    }

    private static ServiceAddress withBoundPort(ServiceAddress address, TransportAddress bound) {
        if (address.local().port() != 0) {
            return address;
        }
        boolean same = address.advertised().equals(address.local());
        return new ServiceAddress(bound, same ? bound : address.advertised());
    }

    private S bind(TransportAddress local, boolean shared) throws IOException {
        try {
            return layer.bind(local, shared);
        } catch (IOException e) {
            throw new IOException("cannot bind UDP " + local + ": " + e.getMessage(), e);
        }
    }

    private void add(S socket, int handle, SocketInfo info, int forwarder) throws IOException {
        socket.name(handle, info);
        table.add(socket);
        layer.receive(socket, forwarder);
    }

    @Override
    public int openRelay(TransportAddress local, TransportAddress relayed, int forwarder, boolean shared)
        throws IOException {
        if (table.isFull()) {
            throw new IOException(
                SocketTable.SOCKETS_MAX + " datagram sockets are open, which is the most there can be");
        }
        SocketInfo info = new SocketInfo(SocketInfo.RELAY, local, relayed);
        int handle = gathered.contains(local.ip()) ? openInRange(info) : openOwn(info, forwarder, shared);
        relaySockets.put(relayed, handle);
        relaySocketsByLocal.put(local, handle);
        return handle;
    }

    private int openOwn(SocketInfo info, int forwarder, boolean shared) throws IOException {
        S socket = bind(info.local(), shared);
        int handle = table.newHandle();
        add(socket, handle, info, forwarder);
        return handle;
    }

    private int openInRange(SocketInfo info) {
        int handle = table.newHandle();
        S socket = layer.inRange(info.local(), handle);
        socket.name(handle, info);
        table.add(socket);
        Objects.requireNonNull(steering).open(info.local());
        return handle;
    }

    @Override
    public void closeRelay(int handle) {
        S socket = table.get(handle);
        if (socket == null || !socket.info().isRelay()) {
            return;
        }
        PortSteering by = steering;
        if (by != null && gathered.contains(socket.local().ip())) {
            by.close(socket.local());
        }
        table.remove(socket);
        relaySockets.remove(socket.info().advertised(), handle);
        relaySocketsByLocal.remove(socket.info().local(), handle);
        layer.close(socket);
    }

    @Override
    public @Nullable SocketInfo info(int handle) {
        S socket = table.get(handle);
        return socket == null ? null : socket.info();
    }

    @Override
    public int relaySocketOf(TransportAddress relayed) {
        return relaySockets.getOrDefault(relayed, NONE);
    }

    @Override
    public int relaySocketBoundTo(TransportAddress local) {
        return relaySocketsByLocal.getOrDefault(local, NONE);
    }

    @Override
    public int listenerSocket(int listener, int forwarder) {
        return listenerSockets[listener][forwarder];
    }

    @Override
    public List<ServiceAddress> listeners() {
        return List.copyOf(listeners);
    }

    @Override
    public DatagramLayer layer() {
        return settings.layer();
    }

    @Override
    public DatagramIo io(int forwarder) {
        return layer.io(forwarder);
    }

    @Override
    public int forwarders() {
        return settings.forwarders();
    }

    @Override
    public DatagramSender newSender() {
        return layer.newSender();
    }

    @Override
    public long count(TransportCounter counter) {
        return cells.count(counter);
    }

    /** After the forwarders' threads have stopped. */
    @Override
    public void close() {
        table.closeAll();
        layer.close();
    }
}
