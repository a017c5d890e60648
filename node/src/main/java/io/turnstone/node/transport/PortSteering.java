package io.turnstone.node.transport;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;

/**
 * What makes the kernel give datagrams for many ports of an address to the socket of one of them (bpf(2),
 * BPF_PROG_TYPE_SK_LOOKUP). The control thread.
 */
public interface PortSteering {
    /**
     * Names a socket of that address, or of several processes that share its port, for all its open ports.
     *
     * @throws IOException if the kernel refuses
     */
    void steerTo(IpAddress local, int descriptor) throws IOException;

    void open(TransportAddress local);

    void close(TransportAddress local);
}
