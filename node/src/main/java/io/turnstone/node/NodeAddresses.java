package io.turnstone.node;

import io.turnstone.config.CidrBlock;
import io.turnstone.config.HostPort;
import io.turnstone.config.ListenAddress;
import io.turnstone.config.Settings;
import io.turnstone.node.cluster.WireVersion;
import io.turnstone.node.fabric.FabricSettings;
import io.turnstone.node.rib.NodeDescriptor;
import io.turnstone.node.rib.NodeDescriptor.RelayRange;
import io.turnstone.node.rib.PortLeases;
import io.turnstone.node.rib.RelayMode;
import io.turnstone.node.transport.ServiceAddress;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.IpPrefix;
import io.turnstone.protocol.net.PortRange;
import io.turnstone.protocol.net.TransportAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The addresses of one node, from the settings' texts to the values that the parts work with. Names are resolved here. */
final class NodeAddresses {
    /** A name server may keep saying for half a minute that it does not know a name. */
    private static final Duration OWN_NAME_WITHIN = Duration.ofSeconds(60);

    private NodeAddresses() {}

    static List<ServiceAddress> serviceAddresses(Settings settings) {
        try {
            return ServiceAddress.expand(settings.listen().stream().map(NodeAddresses::serviceAddress).toList());
        } catch (SocketException unknown) {
            throw new IllegalStateException("this machine does not tell its addresses: " + unknown.getMessage(),
                unknown);
        }
    }

    private static ServiceAddress serviceAddress(ListenAddress listen) {
        return new ServiceAddress(literal(listen.bind()), literal(listen.advertised()));
    }

    static RelayMode relayMode(Settings settings) {
        return switch (settings.relay().mode()) {
            case NODE -> RelayMode.NODE;
            case SHARED -> RelayMode.SHARED;
            case CLUSTER -> RelayMode.CLUSTER;
        };
    }

    static List<RelayRange> relayRanges(Settings settings) {
        PortRange ports = ports(settings);
        return settings.relay()
            .addresses()
            .stream()
            .map(address -> new RelayRange(IpAddress.parse(address.publicIp()), ports))
            .toList();
    }

    /** The relay addresses; no port of them may be given away yet. */
    static List<RelayService.Address> relayAddresses(Settings settings, RandomGenerator random) {
        PortRange ports = ports(settings);
        long quarantineMs = settings.relay().quarantine().toMillis();
        return settings.relay()
            .addresses()
            .stream()
            .map(
                address -> new RelayService.Address(
                    IpAddress.parse(address.ip()),
                    IpAddress.parse(address.publicIp()),
                    new PortLeases(ports, quarantineMs, random)))
            .toList();
    }

    /** Each IP address of this machine that relayed addresses are bound to. */
    static Set<IpAddress> relayLocals(Settings settings) {
        return settings.relay()
            .addresses()
            .stream()
            .map(address -> IpAddress.parse(address.ip()))
            .collect(Collectors.toSet());
    }

    private static PortRange ports(Settings settings) {
        return new PortRange(settings.relay().ports().first(), settings.relay().ports().last());
    }

    static List<IpPrefix> prefixes(List<CidrBlock> blocks) {
        return blocks.stream().map(block -> IpPrefix.parse(block.toString())).toList();
    }

    /** Where the fabric listens; empty for a single node. */
    static Optional<FabricSettings> fabric(Settings settings) {
        return settings.fabric().address().map(address -> {
            FabricSettings defaults = FabricSettings.defaults(HostNames.now().resolve("fabric.address", address));
            return new FabricSettings(
                defaults.control(),
                defaults.directory(),
                (int) settings.fabric().termLength().bytes(),
                defaults.mtuBytes(),
                settings.cluster().heartbeatInterval().toMillis(),
                settings.cluster().suspectAfter().toMillis(),
                (int) settings.fabric().peerQueue().bytes(),
                defaults.clientLivenessMs());
        });
    }

    /** What this node tells the others of itself. */
    static NodeDescriptor descriptor(long incarnation, Settings settings, List<ServiceAddress> listeners) {
        Optional<FabricSettings> fabric = fabric(settings);
        List<TransportAddress> lanes = fabric.stream()
            .flatMap(at -> IntStream.range(0, settings.fabric().lanesOrCores()).mapToObj(at::lane))
            .map(TransportAddress::of)
            .toList();
        TransportAddress control = fabric.map(at -> TransportAddress.of(at.control()))
            .orElse(new TransportAddress(0, 0, 0));
        return new NodeDescriptor(
            incarnation,
            settings.cluster().address().map(HostPort::toString).orElse("single"),
            control,
            lanes,
            relayMode(settings),
            relayRanges(settings),
            listeners.stream().map(ServiceAddress::advertised).toList(),
            controlEndpoints(settings, listeners, lanes),
            WireVersion.spoken(),
            settings.signaling().domain().isPresent());
    }

    /** What no client may reach through a relay, whatever its permissions are: an IP address permits all its ports. */
    private static List<TransportAddress> controlEndpoints(
        Settings settings, List<ServiceAddress> listeners, List<TransportAddress> lanes) {
        List<TransportAddress> endpoints = new ArrayList<>(lanes);
        settings.cluster()
            .address()
            .map(at -> TransportAddress.of(HostNames.within(OWN_NAME_WITHIN).resolve("cluster.address", at)))
            .ifPresent(endpoints::add);
        fabric(settings).map(at -> TransportAddress.of(at.control())).ifPresent(endpoints::add);
        endpoints.addAll(onEveryAddress(
            TransportAddress.of(HostNames.now().resolve("admin.address", settings.admin().address()))));
        for (ServiceAddress listener : listeners) {
            endpoints.addAll(onEveryAddress(listener.local()));
            endpoints.add(listener.advertised());
        }
        return endpoints.stream().distinct().toList();
    }

    /** Whether the settings name no other node to join. */
    static boolean isOnlySeed(Settings settings) {
        return settings.cluster().seeds().stream().allMatch(settings.cluster().address().stream().toList()::contains);
    }

    /** A wildcard stands for all addresses of this machine. */
    private static List<TransportAddress> onEveryAddress(TransportAddress bound) {
        if (!bound.ip().toInetAddress().isAnyLocalAddress()) {
            return List.of(bound);
        }
        try {
            return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .map(address -> TransportAddress.of(IpAddress.of(address), bound.port()))
                .toList();
        } catch (SocketException unknown) {
            throw new IllegalStateException("this machine does not tell its addresses: " + unknown.getMessage(),
                unknown);
        }
    }

    private static TransportAddress literal(HostPort address) {
        return TransportAddress.of(IpAddress.parse(address.host()), address.port());
    }
}
