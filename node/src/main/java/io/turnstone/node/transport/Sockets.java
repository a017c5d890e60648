package io.turnstone.node.transport;

import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All datagram sockets of the process. The control thread opens and closes; {@link #info} and {@link #listenerSocket}
 * are for any thread.
 *
 * <p>A handle is never given to two sockets within 2,000 uses of the same slot, so one that outlived its socket finds
 * nothing instead of somebody else's.
 */
public interface Sockets extends AutoCloseable {
    /** No such socket. */
    int NONE = -1;

    /** What carries the datagrams. */
    DatagramLayer layer();

    /** The I/O of one forwarder's thread. */
    DatagramIo io(int forwarder);

    int forwarders();

    /** A sender for a thread that receives nothing. */
    DatagramSender newSender();

    /** The service addresses listened on; the position is the listener's index. */
    List<ServiceAddress> listeners();

    /**
     * Begins to receive at the service addresses whose ports other processes had first. The kernel spreads the packets for
     * such a port over all who are bound to it, ready or not. Nothing happens if all listeners are open.
     *
     * @throws IOException if one cannot be bound; call it again to try again
     */
    void listen() throws IOException;

    /** The handle of a forwarder's own socket of that listener. */
    int listenerSocket(int listener, int forwarder);

    /** What that socket is for, or null if it has been closed. */
    @Nullable
    SocketInfo info(int socket);

    /**
     * From now on {@link #openRelay} opens no socket on those IP addresses: one socket per forwarder and IP address receives
     * for all, and they send raw. Where the listeners are patient, the receiving ones are opened by {@link #listen}.
     *
     * @param carriers where the receiving sockets are bound, one for each IP address: at a port that all processes of this
     *     machine that relay from that address agree upon, so that the kernel spreads datagrams over them
     * @param exclusive whether nobody else may have bound there; asked once
     * @param steering what brings the datagrams there
     * @param ownMax how many relayed addresses may have a socket of their own nevertheless, to send trains from
     * @throws IOException if that cannot be done here, in one line; then all is as it was
     */
    void gatherRelays(List<TransportAddress> carriers, boolean exclusive, PortSteering steering, int ownMax)
        throws IOException;

    /** Whether {@link #gatherRelays} has been done. */
    boolean gathersRelays();

    /**
     * Opens the socket of a relayed transport address.
     *
     * @param local where to bind
     * @param relayed the advertised address
     * @param forwarder who receives on it
     * @param shared whether other processes of this machine may bind there too
     * @return its handle
     * @throws IOException if the port is taken or the address is not this machine's
     */
    int openRelay(TransportAddress local, TransportAddress relayed, int forwarder, boolean shared) throws IOException;

    /** Closes a relay socket; nothing happens if it is closed already. */
    void closeRelay(int socket);

    /** The handle of the open relay socket with that advertised address, or {@link #NONE}. The control thread. */
    int relaySocketOf(TransportAddress relayed);

    /** The handle of the open relay socket bound there, or {@link #NONE}. The control thread. */
    int relaySocketBoundTo(TransportAddress local);

    /** Lost and failed datagrams of all threads. Any thread. */
    long count(TransportCounter counter);

    @Override
    void close();
}
