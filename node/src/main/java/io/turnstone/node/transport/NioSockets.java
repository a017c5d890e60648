package io.turnstone.node.transport;

import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Datagram sockets by NIO, on every platform. */
public final class NioSockets implements Sockets {
    /** A handle: generation, then slot. */
    private static final int SLOT_BITS = 20;
    private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;
    private static final int GENERATION_MASK = Integer.MAX_VALUE >>> SLOT_BITS;
    private static final int SOCKETS_MAX = 1 << 17;

    private final AtomicReferenceArray<@Nullable NioSocket> sockets = new AtomicReferenceArray<>(SOCKETS_MAX);
    private final int[] generations = new int[SOCKETS_MAX];
    private final ArrayDeque<Integer> freeSlots = new ArrayDeque<>();
    private final Map<TransportAddress, Integer> relaySockets = new HashMap<>();
    private final Map<TransportAddress, Integer> relaySocketsByLocal = new HashMap<>();
    private final List<NioDatagramIo> ios = new ArrayList<>();
    private final List<CounterCells<TransportCounter>> cells = new CopyOnWriteArrayList<>();
    private final List<ServiceAddress> listeners = new ArrayList<>();
    private final List<Integer> waitingListeners = new ArrayList<>();
    private final int[][] listenerSockets;
    private final int bufferBytes;
    private int slotsUsed;

    private NioSockets(int listenerCount, int forwarders, int bufferBytes) {
        this.bufferBytes = bufferBytes;
        listenerSockets = new int[listenerCount][forwarders];
    }

    /**
     * Opens the listeners, one socket per address and forwarder, which share the port by SO_REUSEPORT.
     *
     * @param addresses exact ones: see {@link ServiceAddress#expand}; port 0 takes any free one
     * @param bufferBytes of the receive and the send buffer asked for each socket; the system may grant less
     * @param patient whether a port that another process has is left to it until {@link #listen}
     * @throws IOException naming the address that could not be bound; nothing stays open
     */
    public static NioSockets open(
        List<ServiceAddress> addresses, int forwarders, int bufferBytes, boolean patient) throws IOException {
        NioSockets all = new NioSockets(addresses.size(), forwarders, bufferBytes);
        try {
            for (int i = 0; i < forwarders; i++) {
                CounterCells<TransportCounter> counters = all.newCells();
                all.ios.add(new NioDatagramIo(new NioSender(all, counters), counters));
            }
            for (ServiceAddress address : addresses) {
                all.addListener(address, patient);
            }
            return all;
        } catch (IOException e) {
            all.close();
            throw e;
        }
    }

    private void addListener(ServiceAddress address, boolean patient) throws IOException {
        int listener = listeners.size();
        Arrays.setAll(listenerSockets[listener], forwarder -> newHandle());
        boolean waits = patient && isTaken(address.local());
        listeners.add(waits ? address : openListener(listener, address));
        if (waits) {
            waitingListeners.add(listener);
        }
    }

    private ServiceAddress openListener(int listener, ServiceAddress wanted) throws IOException {
        ServiceAddress address = wanted;
        for (int forwarder = 0; forwarder < ios.size(); forwarder++) {
            DatagramChannel channel = bind(address.local(), true);
            address = withBoundPort(address, channel);
            SocketInfo info = new SocketInfo(listener, address.local(), address.advertised());
            add(listenerSockets[listener][forwarder], info, channel, forwarder);
        }
        return address;
    }

    /** Asks without joining those who share the port, or the system would give packets to this process at once. */
    private boolean isTaken(TransportAddress local) throws IOException {
        try {
            NioSocket.open(local, false, bufferBytes).close();
            return false;
        } catch (BindException takenOrForeign) {
            bind(local.withPort(0), false).close();
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
    }

    private static ServiceAddress withBoundPort(ServiceAddress address, DatagramChannel channel) throws IOException {
        if (address.local().port() != 0) {
            return address;
        }
        TransportAddress bound = TransportAddress.of((InetSocketAddress) channel.getLocalAddress());
        boolean same = address.advertised().equals(address.local());
        return new ServiceAddress(bound, same ? bound : address.advertised());
    }

    private DatagramChannel bind(TransportAddress local, boolean shared) throws IOException {
        try {
            return NioSocket.open(local, shared, bufferBytes);
        } catch (IOException e) {
            throw new IOException("cannot bind UDP " + local + ": " + e.getMessage(), e);
        }
    }

    private int newHandle() {
        @Nullable
        Integer free = freeSlots.poll();
        int slot = free == null ? slotsUsed++ : free;
        return generations[slot] << SLOT_BITS | slot;
    }

    private void add(int handle, SocketInfo info, DatagramChannel channel, int forwarder) throws IOException {
        NioSocket socket = new NioSocket(handle, info, channel);
        sockets.setRelease(handle & SLOT_MASK, socket);
        ios.get(forwarder).register(socket);
    }

    @Override
    public int openRelay(TransportAddress local, TransportAddress relayed, int forwarder, boolean shared)
        throws IOException {
        if (slotsUsed == SOCKETS_MAX && freeSlots.isEmpty()) {
            throw new IOException(SOCKETS_MAX + " datagram sockets are open, which is the most there can be");
        }
        DatagramChannel channel = bind(local, shared);
        int handle = newHandle();
        add(handle, new SocketInfo(SocketInfo.RELAY, local, relayed), channel, forwarder);
        relaySockets.put(relayed, handle);
        relaySocketsByLocal.put(local, handle);
        return handle;
    }

    @Override
    public void closeRelay(int handle) {
        NioSocket socket = socket(handle);
        if (socket == null || !socket.info().isRelay()) {
            return;
        }
        int slot = handle & SLOT_MASK;
        sockets.setRelease(slot, null);
        generations[slot] = generations[slot] + 1 & GENERATION_MASK;
        freeSlots.add(slot);
        relaySockets.remove(socket.info().advertised(), handle);
        relaySocketsByLocal.remove(socket.info().local(), handle);
        socket.close();
        // the port is free again only when the selector has forgotten the channel
        ios.forEach(DatagramIo::wakeup);
    }

    @Nullable
    NioSocket socket(int handle) {
        int slot = handle & SLOT_MASK;
        NioSocket socket = handle < 0 || slot >= SOCKETS_MAX ? null : sockets.getAcquire(slot);
        return socket != null && socket.handle() == handle ? socket : null;
    }

    @Override
    public @Nullable SocketInfo info(int handle) {
        NioSocket socket = socket(handle);
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
    public DatagramIo io(int forwarder) {
        return ios.get(forwarder);
    }

    @Override
    public int forwarders() {
        return ios.size();
    }

    @Override
    public DatagramSender newSender() {
        return new NioSender(this, newCells());
    }

    private CounterCells<TransportCounter> newCells() {
        CounterCells<TransportCounter> counters = new CounterCells<>(TransportCounter.class);
        cells.add(counters);
        return counters;
    }

    @Override
    public long count(TransportCounter counter) {
        long sum = 0;
        for (CounterCells<TransportCounter> each : cells) {
            sum += each.get(counter);
        }
        return sum;
    }

    /** After the forwarders' threads have stopped. */
    @Override
    public void close() {
        for (int slot = 0; slot < slotsUsed; slot++) {
            NioSocket socket = sockets.getAndSet(slot, null);
            if (socket != null) {
                socket.close();
            }
        }
        ios.forEach(NioDatagramIo::close);
    }
}
