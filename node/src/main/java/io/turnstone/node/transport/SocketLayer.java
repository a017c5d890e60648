package io.turnstone.node.transport;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;

/** One way to do datagram I/O, behind {@link OpenSockets}. The control thread. */
interface SocketLayer<S extends BoundSocket> {
    /**
     * @param local port 0 takes any free one
     * @param shared whether others may bind there too
     * @throws java.net.BindException if the port is taken or the address is not this machine's
     * @throws IOException if the system refuses for another reason
     */
    S bind(TransportAddress local, boolean shared) throws IOException;

    /**
     * Prepares to receive for all relayed addresses of one IP address in common.
     *
     * @param carrier where those sockets are to be bound that receive
     * @param socketsMax how many relayed addresses may have a socket of their own nevertheless, to send from
     * @throws IOException if this cannot be done here
     */
    void gather(TransportAddress carrier, int socketsMax) throws IOException;

    /** One of the sockets that receive in common. */
    S bindCarrier(IpAddress local) throws IOException;

    /** One whose datagrams a carrier receives. */
    S inRange(TransportAddress local, int handle);

    /** By which the kernel knows it. */
    int descriptor(S socket);

    /** A forwarder begins to receive on a socket that is in the table. */
    void receive(S socket, int forwarder) throws IOException;

    /** Gives up the port of a socket that has been taken out of the table. */
    void close(S socket);

    DatagramIo io(int forwarder);

    DatagramSender newSender();

    /** After all sockets have been closed and all threads have stopped. */
    void close();
}
