package io.turnstone.node.rib;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.PortRange;
import io.turnstone.protocol.net.TransportAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What the members of a cluster tell each other about themselves. Immutable, any thread.
 *
 * @param incarnation random per process start, never zero
 * @param name HOST:PORT of its Artery
 * @param fabricControl where its reliable stream and heartbeats are received
 * @param fabricLanes where its media lanes are received
 * @param relayMode whether the relay addresses are its own or the cluster's
 * @param relayRanges its advertised relayed addresses
 * @param serviceAddresses its advertised listeners
 * @param controlEndpoints what no client may reach through a relay: Artery, fabric, admin, listeners
 * @param wireVersion the version of the messages between nodes that it speaks
 * @param signaling whether it serves SIP
 */
public record NodeDescriptor(long incarnation, String name, TransportAddress fabricControl,
    List<TransportAddress> fabricLanes, RelayMode relayMode, List<RelayRange> relayRanges,
    List<TransportAddress> serviceAddresses, List<TransportAddress> controlEndpoints, int wireVersion,
    boolean signaling) {

    /** An advertised relay address with the ports that are relayed there. */
    public record RelayRange(IpAddress address, PortRange ports) {
        @Override
        public String toString() {
            return address + " " + ports.first() + "-" + ports.last();
        }
    }

    public NodeDescriptor {
        fabricLanes = List.copyOf(fabricLanes);
        relayRanges = List.copyOf(relayRanges);
        serviceAddresses = List.copyOf(serviceAddresses);
        controlEndpoints = List.copyOf(controlEndpoints);
    }

    /** Why this node and the other cannot relay for one cluster, in words for the operator; empty if they can. */
    public Optional<String> relayConflict(NodeDescriptor other) {
        if (relayMode != other.relayMode) {
            return Optional.of(
                other.name + " has relay.mode = " + word(other.relayMode) + ", this node has " + word(relayMode));
        }
        if (relayMode.isCommon() && !Set.copyOf(relayRanges).equals(Set.copyOf(other.relayRanges))) {
            return Optional.of(
                other.name + " relays at " + other.relayRanges + ", this node at " + relayRanges
                    + ": with relay.mode = " + word(relayMode) + " relay.addresses and relay.ports are the cluster's");
        }
        return Optional.empty();
    }

    /** Whether this node and the other both speak that version of the messages between nodes, or a later one. */
    public boolean bothSpeak(int version, NodeDescriptor other) {
        return Math.min(wireVersion, other.wireVersion) >= version;
    }

    private static String word(RelayMode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }
}
