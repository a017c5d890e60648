package io.turnstone.node.signaling;

import io.turnstone.node.transport.Sockets;
import io.turnstone.protocol.net.IpPrefix;
import java.util.List;

/**
 * Where datagrams come from and go to. Immutable, any thread.
 *
 * @param sockets with one forwarder, whose I/O is the signaling thread's; without a listener there is no UDP
 * @param trustedProxies whose PROXY protocol headers are believed
 * @param flowsMax how many pairs of a listener and a remote address are known at once
 * @param idleMs for how long a pair is known that nothing is heard of and nothing is registered over
 */
public record DatagramPorts(Sockets sockets, List<IpPrefix> trustedProxies, int flowsMax, long idleMs) {
    public DatagramPorts {
        trustedProxies = List.copyOf(trustedProxies);
        if (flowsMax < 1) {
            throw new IllegalArgumentException("flowsMax is " + flowsMax + ", less than 1");
        }
    }
}
