package io.turnstone.node.transport;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Datagrams by Linux' own calls. A closed socket's port is free at once; the number of its descriptor only when no thread
 * can be about to send through it, for the next socket would get that number.
 */
final class LinuxLayer implements SocketLayer<LinuxSocket> {
    private final SocketTable<LinuxSocket> table;
    private final TransportCells cells;
    private final SocketSettings settings;
    private final LinuxCalls calls = new LinuxCalls();
    private final List<LinuxDatagramIo> ios = new ArrayList<>();
    private final List<LinuxSender> senders = new ArrayList<>();
    private final ArrayDeque<Closed> closed = new ArrayDeque<>();
    private final Map<IpAddress, LinuxRange> ranges = new HashMap<>();
    /** A descriptor that nothing can be sent through. */
    private final int nothing;

    /** A descriptor, and the turns of all senders when it was closed. */
    private record Closed(int descriptor, List<Long> turns) {}

    LinuxLayer(SocketTable<LinuxSocket> table, TransportCells cells, SocketSettings settings) throws IOException {
        this.table = table;
        this.cells = cells;
        this.settings = settings;
        nothing = calls.newEvent();
        if (nothing < 0) {
            throw calls.failure("eventfd");
        }
        for (int i = 0; i < settings.forwarders(); i++) {
            LinuxDatagramIo io = new LinuxDatagramIo(table, cells.newCells(), settings);
            ios.add(io);
            senders.add(io.sender());
        }
    }

    @Override
    public LinuxSocket bind(TransportAddress local, boolean shared) throws IOException {
        reuseNumbers();
        return LinuxSocket.open(calls, local, shared, settings);
    }

    @Override
    public void receive(LinuxSocket socket, int forwarder) throws IOException {
        ios.get(forwarder).receive(calls, socket);
    }

    @Override
    public void gather(TransportAddress carrier, int socketsMax) throws IOException {
        ranges.put(carrier.ip(), new LinuxRange(calls, carrier, settings, socketsMax));
    }

    @Override
    public LinuxSocket bindCarrier(IpAddress local) throws IOException {
        reuseNumbers();
        return LinuxSocket.openCarrier(calls, range(local), settings);
    }

    @Override
    public LinuxSocket inRange(TransportAddress local, int handle) {
        LinuxRange range = range(local.ip());
        range.handle(local.port(), handle);
        return LinuxSocket.inRange(calls, local, range);
    }

    private LinuxRange range(IpAddress local) {
        return Objects.requireNonNull(ranges.get(local), "nothing is gathered at that address");
    }

    @Override
    public int descriptor(LinuxSocket socket) {
        return socket.descriptor();
    }

    @Override
    public void close(LinuxSocket socket) {
        LinuxRange range = socket.range();
        if (range != null && !socket.isCarrier()) {
            range.handle(socket.local().port(), Sockets.NONE);
        }
        int descriptor = socket.end();
        if (descriptor >= 0) {
            calls.replace(descriptor, nothing);
            List<Long> turns = senders.stream().map(sender -> sender.turn().count()).toList();
            closed.add(new Closed(descriptor, turns));
            reuseNumbers();
        }
    }

    private void reuseNumbers() {
        while (!closed.isEmpty() && isForgotten(closed.peek())) {
            calls.close(closed.remove().descriptor);
        }
    }

    private boolean isForgotten(Closed socket) {
        for (int i = 0; i < socket.turns.size(); i++) {
            if (!senders.get(i).turn().isOver(socket.turns.get(i))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public DatagramIo io(int forwarder) {
        return ios.get(forwarder);
    }

    @Override
    public DatagramSender newSender() {
        LinuxSender sender = new LinuxSender(table, cells.newCells(), settings.trains());
        senders.add(sender);
        return sender;
    }

    @Override
    public void close() {
        closed.forEach(each -> calls.close(each.descriptor));
        ranges.values().forEach(range -> range.close(calls));
        calls.close(nothing);
        ios.forEach(LinuxDatagramIo::close);
        senders.stream().skip(ios.size()).forEach(LinuxSender::close);
    }
}
