package io.turnstone.node;

import io.turnstone.config.HostPort;
import io.turnstone.config.Secret;
import io.turnstone.config.Settings;
import io.turnstone.config.UserCredential;
import io.turnstone.node.allocation.AllocationLimits;
import io.turnstone.node.allocation.TurnSettings;
import io.turnstone.node.auth.Authenticator;
import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.node.auth.CredentialStore;
import io.turnstone.node.auth.Nonces;
import io.turnstone.node.auth.RestSecrets;
import io.turnstone.node.auth.RevokedCalls;
import io.turnstone.node.cluster.ClusterSettings;
import io.turnstone.node.cluster.ClusterSettings.FailureTimes;
import io.turnstone.node.replication.ReplicationSettings;
import io.turnstone.node.rib.NodeDescriptor;
import io.turnstone.node.rib.PortSlices;
import io.turnstone.node.transport.Sockets;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.turn.ChannelData;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** The parts' own settings, made from the settings that a user sees. */
final class NodeParts {
    private static final String SOFTWARE = "Turnstone";
    /** Keys of credentials that each of TURN and SIP remembers to have been proven. */
    static final int PROVEN_KEYS_MAX = 65_536;
    /** Calls that have ended whose credentials are refused: 50 MB, and 48 hours of six calls in a second. */
    private static final int REVOKED_CALLS_MAX = 1_000_000;
    /** For listeners, the cluster's and the fabric's connections, and the JVM's own files. */
    private static final int FILES_RESERVED = 512;
    /** What the table of sockets holds, less the listeners. */
    private static final int RELAY_SOCKETS_MAX = 130_000;

    private NodeParts() {}

    static ClusterKeys keys(Settings settings) {
        return settings.cluster()
            .secret()
            .map(secret -> ClusterKeys.ofSecrets(List.of(secret.value())))
            .orElseGet(() -> ClusterKeys.random(new SecureRandom()));
    }

    static CredentialStore credentials(Settings settings) {
        Map<String, String> users = settings.auth()
            .users()
            .stream()
            .collect(Collectors.toMap(UserCredential::name, user -> user.password().value(), (first, last) -> last));
        return new CredentialStore(settings.auth().realm(), users, restSecrets(settings),
            settings.auth().tokens().keys().isPresent());
    }

    /** A credential may be used for as long as the doors give them out for. */
    static RevokedCalls revokedCalls(Settings settings) {
        return new RevokedCalls(settings.doors().maximumLifetime().toMillis(), REVOKED_CALLS_MAX);
    }

    static RestSecrets restSecrets(Settings settings) {
        List<String> secrets = settings.auth().sharedSecrets().stream().map(Secret::value).toList();
        return new RestSecrets(secrets, RestSecrets.DEFAULT_SEPARATOR);
    }

    static Authenticator authenticator(Settings settings, ClusterKeys keys, RandomGenerator random) {
        Nonces nonces = new Nonces(keys, settings.auth().nonceLifetime().toMillis(), random);
        return new Authenticator(credentials(settings), nonces, PROVEN_KEYS_MAX);
    }

    static AllocationLimits limits(Settings settings) {
        Settings.Turn turn = settings.turn();
        return new AllocationLimits(
            (int) turn.defaultLifetime().toSeconds(),
            (int) turn.maximumLifetime().toSeconds(),
            AllocationLimits.DEFAULT.permissionsMax(),
            AllocationLimits.DEFAULT.channelsMax(),
            turn.channelNumbers() == Settings.ChannelNumbers.STRICT
                ? ChannelData.CHANNEL_NUMBER_MAX_STRICT
                : ChannelData.CHANNEL_NUMBER_MAX);
    }

    static TurnSettings turn(Settings settings, NodeDescriptor self) {
        return new TurnSettings(
            self.incarnation(),
            self.serviceAddresses(),
            SOFTWARE,
            settings.turn().userQuota(),
            settings.turn().callQuota(),
            settings.turn().addressFamily() == Settings.AddressFamily.CLIENT,
            settings.turn().mobility(),
            true);
    }

    /** @param opened is told of each relayed address of another node that has a socket here now */
    static RelaySockets relaySockets(Settings settings, Sockets sockets, Consumer<TransportAddress> opened) {
        return switch (settings.relay().mode()) {
            case NODE -> new ExclusiveRelaySockets(sockets);
            case SHARED -> new SharedRelaySockets(
                sockets,
                settings.relay()
                    .addresses()
                    .stream()
                    .collect(
                        Collectors.toMap(
                            address -> IpAddress.parse(address.publicIp()),
                            address -> IpAddress.parse(address.ip()))),
                sockets.gathersRelays() ? RELAY_SOCKETS_MAX : filesForRelays(),
                opened);
            case CLUSTER -> new VirtualRelaySockets();
        };
    }

    /** How many relayed addresses may have a socket each. */
    static int filesForRelays() {
        return ManagementFactory
            .getOperatingSystemMXBean() instanceof com.sun.management.UnixOperatingSystemMXBean system
                ? Math.clamp(system.getMaxFileDescriptorCount() - FILES_RESERVED, 0, RELAY_SOCKETS_MAX)
                : RELAY_SOCKETS_MAX;
    }

    static PortSlices.Times sliceTimes(Settings settings) {
        long quarantineMs = settings.relay().quarantine().toMillis();
        return new PortSlices.Times(
            Math.max(quarantineMs, settings.cluster().tombstone().toMillis()),
            settings.turn().maximumLifetime().toMillis() + quarantineMs);
    }

    static ReplicationSettings replication(Settings settings) {
        Settings.Cluster cluster = settings.cluster();
        return new ReplicationSettings(
            cluster.acknowledgements(),
            cluster.digestInterval().toMillis(),
            cluster.tombstone().toMillis(),
            ReplicationSettings.DEFAULT.messageBytesMax(),
            ReplicationSettings.DEFAULT.listedMax());
    }

    static ClusterSettings cluster(Settings settings) {
        if (settings.cluster().address().isEmpty()) {
            return ClusterSettings.alone();
        }
        HostPort address = settings.cluster().address().orElseThrow();
        return new ClusterSettings(
            address.host(),
            address.port(),
            settings.cluster().seeds().stream().map(HostPort::toString).toList(),
            settings.cluster().sizeMaximum(),
            ClusterSettings.DEFAULT_SHARD_CLAIMS,
            failureTimes(settings.cluster().failover()));
    }

    private static FailureTimes failureTimes(Settings.Failover failover) {
        return switch (failover) {
            case FAST -> FailureTimes.FAST;
            case BALANCED -> FailureTimes.BALANCED;
            case PATIENT -> FailureTimes.PATIENT;
        };
    }
}
