package io.turnstone.node.transport;

import java.io.IOException;
import java.util.List;

/** Opens the datagram sockets of a process. */
public final class DatagramSockets {
    private DatagramSockets() {}

    /**
     * Opens the listeners, one socket per address and forwarder, which share the port by SO_REUSEPORT.
     *
     * @param addresses exact ones: see {@link ServiceAddress#expand}; port 0 takes any free one
     * @throws IOException naming the address that could not be bound; nothing stays open
     */
    public static Sockets open(List<ServiceAddress> addresses, SocketSettings settings) throws IOException {
        return switch (settings.layer()) {
            case NIO -> {
                SocketTable<NioSocket> table = new SocketTable<>();
                TransportCells cells = new TransportCells();
                yield open(addresses, settings, table, new NioLayer(table, cells, settings), cells);
            }
            case LINUX -> {
                SocketTable<LinuxSocket> table = new SocketTable<>();
                TransportCells cells = new TransportCells();
                yield open(addresses, settings, table, new LinuxLayer(table, cells, settings), cells);
            }
        };
    }

    private static <S extends BoundSocket> Sockets open(
        List<ServiceAddress> addresses, SocketSettings settings, SocketTable<S> table, SocketLayer<S> layer,
        TransportCells cells) throws IOException {
        OpenSockets<S> sockets = new OpenSockets<>(settings, table, layer, cells, addresses.size());
        try {
            for (ServiceAddress address : addresses) {
                sockets.addListener(address, settings.patient());
            }
            return sockets;
        } catch (IOException e) {
            sockets.close();
            throw e;
        }
    }
}
