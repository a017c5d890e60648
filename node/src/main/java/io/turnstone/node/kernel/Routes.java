package io.turnstone.node.kernel;

import io.turnstone.protocol.net.IpAddress;
import org.jspecify.annotations.Nullable;

/** By which way packets leave this machine. Control thread. */
interface Routes extends AutoCloseable {
    /**
     * Where packets leave.
     *
     * @param interfaceIndex of the interface
     * @param lengthMax of a packet, in octets, IP header included
     */
    record Link(int interfaceIndex, int lengthMax) {}

    /** @return null if no packet would leave */
    @Nullable
    Link of(IpAddress source, IpAddress destination);

    @Override
    void close();
}
