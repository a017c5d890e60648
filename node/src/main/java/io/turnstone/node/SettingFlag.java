package io.turnstone.node;

import io.turnstone.config.SettingsLoader;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The flags of {@code turnstone node} that stand for a setting each; the values are judged by {@link SettingsLoader}. */
enum SettingFlag {
    LISTEN("--listen", "listen", true, "IP:PORT[=PUBLIC_IP:PORT]",
        "UDP address that clients send to, and the service address if that is another, such as the balancer's"
            + " (default: port 3478 of this machine's first address)."),
    RELAY_ADDRESS("--relay-address", "relay.addresses", true, "IP[=PUBLIC_IP]",
        "Address for relay sockets, one per family or several (default: the listeners' addresses)."),
    RELAY_PORTS("--relay-ports", "relay.ports", false, "FIRST-LAST", "Ports for relay sockets (default: 49152-65535)."),
    RELAY_MODE("--relay-mode", "relay.mode", false, "node|shared|cluster", "Who owns a relay address (default: node)."),
    RELAY_SOCKETS("--relay-sockets", "relay.sockets", false, "auto|port|range",
        "Whether each relayed address has a socket, or all share few (default: the latter where that can be)."),
    DATAGRAM_IO("--datagram-io", "forwarding.datagram-io", false, "auto|linux|nio",
        "What carries datagrams (default: the fastest that this machine has)."),
    KERNEL_FORWARDING("--kernel-forwarding", "forwarding.kernel-forwarding", false, "auto|off|tc",
        "Whether the kernel forwards established flows by itself (default: off)."),
    KERNEL_STATE("--kernel-state", "forwarding.kernel-state", false, "DIRECTORY",
        "Directory of a BPF file system in which flows in the kernel outlive this process (default: none)."),
    LATENCY_BUDGET("--latency-budget", "forwarding.latency-budget", false, "DURATION",
        "How long datagrams may gather to save CPU, such as \"250 us\" (default: 0 s)."),
    REALM("--realm", "auth.realm", false, "REALM", "Realm of the credentials (default: turnstone)."),
    USER("--user", "auth.users", true, "NAME:PASSWORD", "A user with a password of their own."),
    SHARED_SECRET("--shared-secret", "auth.shared-secrets", true, "SECRET",
        "Secret for TURN REST credentials: user EXPIRY:NAME, password base64(HMAC(SECRET, user))."),
    USER_QUOTA("--user-quota", "turn.user-quota", false, "N",
        "Allocations per user in the whole cluster (default: no limit)."),
    ALLOW_PEER("--allow-peer", "peers.allow", true, "CIDR",
        "Special-purpose addresses that may be peers, such as 10.0.0.0/8."),
    DENY_PEER("--deny-peer", "peers.deny", true, "CIDR", "Addresses that may not be peers."),
    TRUST_PROXY("--trust-proxy", "balancer.trusted-proxies", true, "CIDR",
        "Addresses of proxies whose PROXY protocol headers (version 2, on UDP) are believed."),
    PROBE_SOURCE("--probe-source", "balancer.probe-sources", true, "CIDR",
        "Addresses whose STUN Binding requests are answered only while this node is ready."),
    SIP_DOMAIN("--sip-domain", "signaling.domain", false, "DOMAIN",
        "Serves SIP: users register and call as USER@DOMAIN (default: no signaling)."),
    LISTEN_WS("--listen-ws", "signaling.listen-ws", true, "IP:PORT", "Address of SIP over WebSocket, for browsers."),
    LISTEN_WSS("--listen-wss", "signaling.listen-wss", true, "IP:PORT",
        "Address of SIP over WebSocket and TLS; needs --tls-certificate and --tls-key."),
    LISTEN_SIP("--listen-sip", "signaling.listen-sip", true, "IP:PORT", "Address of SIP over TCP, for phones."),
    LISTEN_SIPS("--listen-sips", "signaling.listen-sips", true, "IP:PORT",
        "Address of SIP over TLS; needs --tls-certificate and --tls-key."),
    SIP_ADVERTISE("--sip-advertise", "signaling.advertise", false, "HOST[:PORT]",
        "By which SIP clients know this node, and the port of SIP over TCP if it is not the listener's"
            + " (default: the listener's address)."),
    SIP_ORIGIN("--sip-origin", "signaling.origins", true, "ORIGIN",
        "Web pages that may open WebSockets, such as https://phone.example.com (default: all)."),
    TLS_CERTIFICATE("--tls-certificate", "signaling.certificate", false, "FILE",
        "Certificate with its chain, PEM; read again when it changes."),
    TLS_KEY("--tls-key", "signaling.private-key", false, "FILE", "Key of the certificate, PEM (PKCS #8)."),
    CLUSTER_ADDRESS("--cluster-address", "cluster.address", false, "HOST:PORT",
        "Where other nodes reach this one's control plane, over TCP (default: a single node)."),
    SEED("--seed", "cluster.seeds", true, "HOST:PORT", "Node to join through; the first node names itself."),
    CLUSTER_SECRET("--cluster-secret", "cluster.secret", false, "SECRET",
        "The one secret of all nodes, 16 characters or more."),
    RETURN_PATH("--return-path", "cluster.return-path", false, "direct|attachment",
        "How answers reach clients behind a balancer: from any node, or through the one that hears the client"
            + " (default: direct)."),
    FABRIC("--fabric", "fabric.address", false, "HOST:PORT",
        "Where other nodes send media and routes, over UDP: PORT and up."),
    ADMIN("--admin", "admin.address", false, "HOST:PORT",
        "Address of /health, /ready, /metrics, /v1/allocations and /v1/drain (default: 127.0.0.1:9478)."),
    ADMIN_TOKEN("--admin-token", "admin.token", false, "TOKEN",
        "Bearer token for requests that change something when the admin address is not loopback.");

    private static final Map<String, SettingFlag> BY_NAME = Stream.of(values())
        .collect(Collectors.toUnmodifiableMap(flag -> flag.flag, Function.identity()));

    private final String flag;
    private final String key;
    private final boolean repeatable;
    private final String label;
    private final String description;

    SettingFlag(String flag, String key, boolean repeatable, String label, String description) {
        this.flag = flag;
        this.key = key;
        this.repeatable = repeatable;
        this.label = label;
        this.description = description;
    }

    String flag() {
        return flag;
    }

    String key() {
        return key;
    }

    /** Adds every flag to a command, all optional and read as text. */
    static void addTo(CommandSpec command) {
        for (SettingFlag flag : values()) {
            OptionSpec.Builder option = OptionSpec.builder(flag.flag)
                .paramLabel(flag.label)
                .description(flag.description + (flag.repeatable ? " Repeatable." : ""));
            command.addOption(flag.repeatable
                ? option.type(List.class).auxiliaryTypes(String.class).arity("1").build()
                : option.type(String.class).build());
        }
    }

    /** Sets what was given on the command line. */
    static void apply(ParseResult parsed, SettingsLoader settings) {
        for (OptionSpec option : parsed.matchedOptions()) {
            SettingFlag flag = BY_NAME.get(option.longestName());
            if (flag != null) {
                Object value = option.getValue();
                settings.set(flag.key, value, flag.flag);
            }
        }
    }
}
