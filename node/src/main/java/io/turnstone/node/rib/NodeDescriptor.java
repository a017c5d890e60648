package io.turnstone.node.rib;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.PortRange;
import io.turnstone.protocol.net.TransportAddress;
import java.util.List;

/**
 * What the members of a cluster tell each other about themselves. Immutable, any thread.
 *
 * @param incarnation random per process start, never zero
 * @param name HOST:PORT of its Artery
 * @param fabricControl where its reliable stream and heartbeats are received
 * @param fabricLanes where its media lanes are received
 * @param relayRanges its advertised relayed addresses
 * @param serviceAddresses its advertised listeners
 * @param controlEndpoints what no client may reach through a relay: Artery, fabric, admin, listeners
 * @param wireVersion the highest version of the messages between nodes that it reads
 */
public record NodeDescriptor(long incarnation, String name, TransportAddress fabricControl,
    List<TransportAddress> fabricLanes, List<RelayRange> relayRanges, List<TransportAddress> serviceAddresses,
    List<TransportAddress> controlEndpoints, int wireVersion) {

    /** An advertised relay address with the ports that are relayed there. */
    public record RelayRange(IpAddress address, PortRange ports) {}

    public NodeDescriptor {
        fabricLanes = List.copyOf(fabricLanes);
        relayRanges = List.copyOf(relayRanges);
        serviceAddresses = List.copyOf(serviceAddresses);
        controlEndpoints = List.copyOf(controlEndpoints);
    }
}
