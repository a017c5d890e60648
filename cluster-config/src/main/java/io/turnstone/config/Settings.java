package io.turnstone.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Everything that can be set for one node; {@code reference.conf} says what each key means, its unit and its default.
 * A component {@code fooBar} is the key {@code foo-bar}. Made by {@link SettingsLoader}. Immutable, any thread.
 *
 * @param listen never empty
 */
public record Settings(
    List<ListenAddress> listen,
    Forwarding forwarding,
    Balancer balancer,
    Relay relay,
    Auth auth,
    Turn turn,
    Peers peers,
    Signaling signaling,
    Cluster cluster,
    Fabric fabric,
    Drain drain,
    Admin admin) {

    /** @param forwarders 0 means one per core; see {@link #forwardersOrCores} */
    public record Forwarding(
        @Between(least = "0", most = "128") int forwarders,
        DatagramIo datagramIo,
        KernelForwarding kernelForwarding,
        Optional<String> kernelState,
        @Between(least = "0 s", most = "10 ms") Duration latencyBudget,
        @Between(least = "64 KiB", most = "256 MiB") ByteSize socketBuffer,
        @Between(least = "1", most = "1000000") int unauthenticatedAnswersPerSecond) {

        public int forwardersOrCores() {
            return forwarders > 0 ? forwarders : Runtime.getRuntime().availableProcessors();
        }
    }

    /** What carries datagrams: the fastest that the machine has, or a certain one. */
    public enum DatagramIo {
        AUTO,
        LINUX,
        NIO
    }

    /** Whether established flows are forwarded inside the kernel: where that can be, never, or always. */
    public enum KernelForwarding {
        AUTO,
        OFF,
        TC
    }

    public record Balancer(List<CidrBlock> trustedProxies, List<CidrBlock> probeSources) {}

    /** @param addresses never empty */
    public record Relay(
        List<RelayAddress> addresses,
        PortRangeSetting ports,
        RelayMode mode,
        RelaySockets sockets,
        @Between(least = "60 s", most = "1 h") Duration quarantine) {}

    /** Who owns a relay address: each node its own, or all of them the same; with or without sockets behind it. */
    public enum RelayMode {
        NODE,
        SHARED,
        CLUSTER;

        /** Whether the nodes share the relay addresses, and so deal out their ports among themselves. */
        public boolean isCommon() {
            return this != NODE;
        }
    }

    /** What receives at relayed addresses: a socket for each, few for all, or the latter where that can be. */
    public enum RelaySockets {
        AUTO,
        PORT,
        RANGE
    }

    public record Auth(
        String realm,
        List<UserCredential> users,
        List<Secret> sharedSecrets,
        @Between(least = "10 min", most = "24 h") Duration nonceLifetime) {}

    /** @param userQuota 0 means no limit */
    public record Turn(
        @Between(least = "1 s", most = "1 h") Duration defaultLifetime,
        @Between(least = "1 s", most = "1 h") Duration maximumLifetime,
        ChannelNumbers channelNumbers,
        AddressFamily addressFamily,
        boolean mobility,
        @Between(least = "0", most = "1000000") int userQuota) {}

    public enum ChannelNumbers {
        WIDE,
        STRICT
    }

    public enum AddressFamily {
        IPV4,
        CLIENT
    }

    public record Peers(List<CidrBlock> allow, List<CidrBlock> deny) {}

    /**
     * SIP. The lists are empty where that transport is not wanted.
     *
     * @param domain of the users; empty for a node without signaling
     * @param advertise what stands for this node in Via and Record-Route; empty for what the listeners tell
     * @param certificate PEM file; with {@code privateKey} or neither
     */
    public record Signaling(
        Optional<SipHost> domain,
        List<IpPort> listenWs,
        List<IpPort> listenWss,
        List<IpPort> listenSip,
        List<IpPort> listenSips,
        Optional<SipHost> advertise,
        List<WebOrigin> origins,
        Optional<String> certificate,
        Optional<String> privateKey,
        @Between(least = "1", most = "1000000") int connectionsMaximum,
        @Between(least = "1", most = "1000000") int connectionsPerSourceMaximum,
        @Between(least = "1", most = "1000000") int transactionsMaximum,
        @Between(least = "1 s", most = "1 h") Duration minimumExpiry,
        @Between(least = "1 s", most = "7 d") Duration defaultExpiry,
        @Between(least = "1 s", most = "7 d") Duration maximumExpiry,
        @Between(least = "30 s", most = "1 h") Duration flowTimer) {}

    /** @param address empty for a single node */
    public record Cluster(
        Optional<HostPort> address,
        List<HostPort> seeds,
        Optional<Secret> secret,
        @Between(least = "1", most = "64") int sizeMaximum,
        @Between(least = "1", most = "2") int acknowledgements,
        ReturnPath returnPath,
        Failover failover,
        @Between(least = "10 ms", most = "10 s") Duration heartbeatInterval,
        @Between(least = "50 ms", most = "60 s") Duration suspectAfter,
        @Between(least = "100 ms", most = "10 min") Duration digestInterval,
        @Between(least = "40 s", most = "1 h") Duration tombstone) {}

    public enum ReturnPath {
        DIRECT,
        ATTACHMENT
    }

    public enum Failover {
        FAST,
        BALANCED,
        PATIENT
    }

    /**
     * @param address empty for a single node
     * @param lanes 0 means one per two cores; see {@link #lanesOrCores}
     */
    public record Fabric(
        Optional<HostPort> address,
        @Between(least = "0", most = "64") int lanes,
        @Between(least = "1 MiB", most = "64 MiB") ByteSize termLength,
        @Between(least = "1 MiB", most = "256 MiB") ByteSize peerQueue,
        @Between(least = "1 ms", most = "50 ms") Duration idlePark,
        @Between(least = "0 s", most = "10 ms") Duration latencyBudget) {

        public int lanesOrCores() {
            return lanes > 0 ? lanes : Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        }
    }

    public record Drain(@Between(least = "0 s", most = "10 min") Duration balancerTime) {}

    public record Admin(HostPort address, Optional<Secret> token) {}
}
