package io.turnstone.node.transport;

import org.agrona.MutableDirectBuffer;

/** Takes received datagrams, on the thread that polls. */
@FunctionalInterface
public interface DatagramHandler {
    /**
     * @param socket the handle of the socket it came to
     * @param buffer valid until this method returns; its octets around the datagram may be written:
     *     {@link DatagramIo#HEADROOM} before it, {@link DatagramIo#TAILROOM} after it
     * @param length of the datagram in octets, may be 0
     */
    void onDatagram(
        int socket, MutableDirectBuffer buffer, int offset, int length, long sourceHigh, long sourceLow,
        int sourcePort);
}
