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
    TOKEN_KEYS("--token-keys", "auth.tokens.keys", false, "FILE|URL",
        "Public keys (JWK Set) of who issues bearer tokens to SIP users; needs --token-issuer and --token-audience."),
    TOKEN_ISSUER("--token-issuer", "auth.tokens.issuer", false, "ISSUER", "What a token's iss must be."),
    TOKEN_AUDIENCE("--token-audience", "auth.tokens.audience", false, "AUDIENCE", "What must be in a token's aud."),
    USER_QUOTA("--user-quota", "turn.user-quota", false, "N",
        "Allocations per user in the whole cluster (default: no limit)."),
    CALL_QUOTA("--call-quota", "turn.call-quota", false, "N",
        "Allocations per call in the whole cluster, by credentials that name it (default: no limit)."),
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
    LISTEN_SIP("--listen-sip", "signaling.listen-sip", true, "IP:PORT", "Address of SIP over UDP and TCP, for phones."),
    LISTEN_SIPS("--listen-sips", "signaling.listen-sips", true, "IP:PORT",
        "Address of SIP over TLS; needs --tls-certificate and --tls-key."),
    SIP_ADVERTISE("--sip-advertise", "signaling.advertise", false, "HOST[:PORT]",
        "By which SIP clients know this node, and the port of SIP over UDP and TCP if it is not the listener's"
            + " (default: the listener's address)."),
    SIP_ORIGIN("--sip-origin", "signaling.origins", true, "ORIGIN",
        "Web pages that may open WebSockets, such as https://phone.example.com (default: all)."),
    SIP_DIGEST("--sip-digest", "signaling.digest", false, "both|sha-256|md5",
        "Which digest algorithms SIP clients are offered (default: both)."),
    TLS_CERTIFICATE("--tls-certificate", "signaling.certificate", false, "FILE",
        "Certificate with its chain, PEM; read again when it changes."),
    TLS_KEY("--tls-key", "signaling.private-key", false, "FILE", "Key of the certificate, PEM (PKCS #8)."),
    SIP_OUTWARD("--sip-outward", "signaling.outward", false, "true|false",
        "Whether users may call other domains (default: false)."),
    PUSH("--push", "signaling.push.gateways", true, "PROVIDER=URL",
        "Who sends push notifications of that service (RFC 8599), such as fcm=https://push.example.org/fcm: wakes callees."),
    PUSH_WAIT("--push-wait", "signaling.push.patience", false, "DURATION",
        "How long a call waits for who was woken (default: 20 s)."),
    SIP_USER_CALLS("--sip-user-calls", "signaling.calls-per-user", false, "N",
        "Calls that a user may make at a time through one node; the next is answered 403 (default: no limit)."),
    CALL_RECORDS("--call-records", "signaling.call-records", false, "FILE",
        "File to whose end a line of JSON is written for each call that has ended (default: none)."),
    TRUNK("--trunk", "signaling.trunk.addresses", true, "udp|tcp|tls:HOST[:PORT]",
        "Address of an upstream for numbers that no user has; the next one serves when one fails."),
    TRUNK_PREFIX("--trunk-prefix", "signaling.trunk.prefixes", true, "PREFIX",
        "What numbers begin with that go to the upstream (default: all that no user has)."),
    TRUNK_DOMAIN("--trunk-domain", "signaling.trunk.domain", false, "HOST[:PORT]",
        "What stands behind the @ of a number at the upstream (default: its first address)."),
    ROOMS("--rooms", "rooms.served", false, "true|false",
        "Whether web pages may meet in JSON rooms at /v1/rooms of --listen-ws and --listen-wss (default: true)."),
    ROOM_MEMBERS("--room-members", "rooms.members-maximum", false, "N", "Members of one room (default: 50)."),
    ROOM_GRACE("--room-grace", "rooms.grace", false, "DURATION",
        "For how long a member of a room may be away whose connection or node is lost (default: 10 s)."),
    LISTEN_HTTP("--listen-http", "doors.listen-http", true, "IP:PORT",
        "Address where applications ask for TURN credentials over HTTP; needs --api-key and --shared-secret."),
    API_KEY("--api-key", "doors.keys", true, "NAME:SECRET",
        "What an application proves itself by there; the secret has 16 characters or more."),
    TURN_URL("--turn-url", "doors.urls", true, "URL",
        "What clients are told to use, such as turn:turn.example.org:3478?transport=udp"
            + " (default: the addresses of --listen)."),
    REGISTER_CREDENTIALS("--register-credentials", "doors.in-registrations", false, "true|false",
        "Whether the answer to a SIP registration brings a TURN credential (default: false)."),
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
        "Address of /health, /ready, /metrics, /v1/allocations, /v1/calls, /v1/calls/events and /v1/drain "
            + "(default: 127.0.0.1:9478)."),
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
