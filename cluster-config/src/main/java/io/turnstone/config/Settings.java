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
    Rooms rooms,
    Cluster cluster,
    Fabric fabric,
    Drain drain,
    Doors doors,
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
        @Between(least = "10 min", most = "24 h") Duration nonceLifetime,
        Tokens tokens) {}

    /**
     * Bearer tokens of SIP requests.
     *
     * @param keys a file or URL of a JWK Set; empty where no tokens are taken
     * @param issuer present with {@code keys}
     * @param audience present with {@code keys}
     * @param authorizationServer where clients get tokens
     */
    public record Tokens(
        Optional<String> keys,
        Optional<String> issuer,
        Optional<String> audience,
        String userClaim,
        @Between(least = "0 s", most = "10 min") Duration clockSkew,
        @Between(least = "10 s", most = "1 d") Duration refreshInterval,
        Optional<String> authorizationServer) {}

    /**
     * @param userQuota 0 means no limit
     * @param callQuota 0 means no limit
     */
    public record Turn(
        @Between(least = "1 s", most = "1 h") Duration defaultLifetime,
        @Between(least = "1 s", most = "1 h") Duration maximumLifetime,
        ChannelNumbers channelNumbers,
        AddressFamily addressFamily,
        boolean mobility,
        @Between(least = "0", most = "1000000") int userQuota,
        @Between(least = "0", most = "1000000") int callQuota) {}

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
     * @param callsPerUser 0 means no limit
     * @param callRecords a file that is appended to; empty for none
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
        SipDigest digest,
        Optional<String> certificate,
        Optional<String> privateKey,
        @Between(least = "1", most = "1000000") int connectionsMaximum,
        @Between(least = "1", most = "1000000") int connectionsPerSourceMaximum,
        @Between(least = "1", most = "1000000") int datagramFlowsMaximum,
        @Between(least = "1 min", most = "7 d") Duration datagramFlowIdle,
        @Between(least = "1", most = "1000000") int transactionsMaximum,
        @Between(least = "1 s", most = "1 h") Duration minimumExpiry,
        @Between(least = "1 s", most = "7 d") Duration defaultExpiry,
        @Between(least = "1 s", most = "7 d") Duration maximumExpiry,
        @Between(least = "30 s", most = "1 h") Duration flowTimer,
        @Between(least = "0 s", most = "60 s") Duration absence,
        boolean outward,
        Push push,
        @Between(least = "0", most = "1000000") int callsPerUser,
        @Between(least = "10 s", most = "1 d") Duration callAbsence,
        Optional<String> callRecords,
        Trunk trunk) {}

    /**
     * Push notifications that wake user agents.
     *
     * @param gateways one for each service; empty for none
     * @param patience how long a call waits for who was woken
     */
    public record Push(
        List<PushGateway> gateways,
        @Between(least = "1 s", most = "2 min") Duration patience) {}

    /**
     * An upstream for numbers that no user has.
     *
     * @param addresses in the order of preference; empty for none
     * @param prefixes what the numbers begin with; empty for all
     * @param domain what stands behind the @ there; empty for the first address
     * @param checkInterval 0 for no checks
     */
    public record Trunk(
        List<TrunkAddress> addresses,
        List<String> prefixes,
        Optional<SipHost> domain,
        @Between(least = "0 s", most = "1 h") Duration checkInterval) {}

    /** Which algorithms a challenge offers. */
    public enum SipDigest {
        BOTH,
        SHA_256,
        MD5
    }

    /**
     * JSON rooms, by the WebSocket listeners of signaling.
     *
     * @param perUserMaximum rooms by one node
     */
    public record Rooms(
        boolean served,
        @Between(least = "2", most = "500") int membersMaximum,
        @Between(least = "1", most = "100000") int perUserMaximum,
        @Between(least = "1 KiB", most = "64 KiB") ByteSize messageMaximum,
        @Between(least = "1", most = "10000") int messagesPerSecond,
        @Between(least = "1 s", most = "10 min") Duration grace) {}

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

    public record Drain(
        @Between(least = "0 s", most = "10 min") Duration balancerTime,
        @Between(least = "0 s", most = "10 min") Duration connectionsTime) {}

    /**
     * Where applications ask for TURN credentials.
     *
     * @param listenHttp empty without doors
     * @param keys what applications prove themselves by
     * @param urls of this service, for clients; empty for what {@code listen} advertises
     * @param inRegistrations whether users who register by SIP get a credential too
     */
    public record Doors(
        List<IpPort> listenHttp,
        List<UserCredential> keys,
        List<String> urls,
        @Between(least = "1 min", most = "30 d") Duration defaultLifetime,
        @Between(least = "1 min", most = "30 d") Duration maximumLifetime,
        @Between(least = "1", most = "100000") int requestsPerSecond,
        boolean inRegistrations) {}

    public record Admin(HostPort address, Optional<Secret> token) {}
}
