package io.turnstone.node;

import io.turnstone.config.HostPort;
import io.turnstone.config.IpPort;
import io.turnstone.config.MachineAddress;
import io.turnstone.config.PushGateway;
import io.turnstone.config.Settings;
import io.turnstone.config.SipHost;
import io.turnstone.node.allocation.PeerPolicy;
import io.turnstone.node.session.Sessions;
import io.turnstone.node.signaling.Calls;
import io.turnstone.node.signaling.DatagramPorts;
import io.turnstone.node.signaling.Hop;
import io.turnstone.node.signaling.PushNotifier;
import io.turnstone.node.signaling.PushSettings;
import io.turnstone.node.signaling.RegistrationLimits;
import io.turnstone.node.signaling.ServerLocator;
import io.turnstone.node.signaling.SignalingAgent;
import io.turnstone.node.signaling.SignalingSettings;
import io.turnstone.node.signaling.SipTimers;
import io.turnstone.node.signaling.TrunkSettings;
import io.turnstone.node.transport.DatagramSockets;
import io.turnstone.node.transport.ServiceAddress;
import io.turnstone.node.transport.SocketSettings;
import io.turnstone.node.transport.Sockets;
import io.turnstone.node.transport.stream.StreamLimits;
import io.turnstone.node.transport.stream.StreamSettings;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.sip.SipLimits;
import io.turnstone.protocol.sip.SipTransport;
import io.turnstone.protocol.stun.PasswordAlgorithm;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The settings of signaling's parts, made from the settings that a user sees. */
final class SignalingParts {
    private SignalingParts() {}

    /** @param incarnation of this process */
    static SignalingSettings engine(Settings settings, long incarnation) {
        Settings.Signaling signaling = settings.signaling();
        return new SignalingSettings(
            incarnation,
            signaling.domain().stream().map(SipHost::host).toList(),
            advertised(signaling),
            SipTimers.DEFAULT,
            new RegistrationLimits(
                signaling.minimumExpiry().toSeconds(),
                signaling.maximumExpiry().toSeconds(),
                signaling.defaultExpiry().toSeconds(),
                RegistrationLimits.DEFAULT.bindingsMax(),
                signaling.absence().toMillis()),
            SipLimits.DEFAULT,
            signaling.transactionsMaximum(),
            signaling.flowTimer().toSeconds());
    }

    /** By transport; browsers look for no host, so for them it may lack a port and even be the domain. */
    static Map<SipTransport, String> advertised(Settings.Signaling signaling) {
        Map<SipTransport, String> byTransport = new EnumMap<>(SipTransport.class);
        signaling.advertise().ifPresent(host -> {
            byTransport.put(SipTransport.WS, host.host());
            byTransport.put(SipTransport.WSS, host.host());
        });
        put(byTransport, SipTransport.UDP, signaling.listenSip(), signaling);
        put(byTransport, SipTransport.TCP, signaling.listenSip(), signaling);
        put(byTransport, SipTransport.TLS, signaling.listenSips(), signaling);
        return byTransport;
    }

    private static void put(Map<SipTransport, String> byTransport, SipTransport transport, List<IpPort> listeners,
        Settings.Signaling signaling) {
        if (listeners.isEmpty()) {
            return;
        }
        IpPort first = listeners.getFirst();
        String host = first.isWildcard() ? MachineAddress.text() : first.ip();
        byTransport.put(
            transport,
            signaling.advertise()
                .map(wanted -> wanted.host() + ":" + port(wanted, transport, first))
                .orElseGet(() -> new HostPort(host, first.port()).toString()));
    }

    private static int port(SipHost wanted, SipTransport transport, IpPort listener) {
        return transport != SipTransport.TLS && wanted.port() != 0 ? wanted.port() : listener.port();
    }

    /**
     * The sockets of SIP over UDP, one for each address of this machine that a listener stands for.
     *
     * @throws IOException if one cannot be opened, in one line
     */
    static Sockets sockets(Settings settings) throws IOException {
        List<ServiceAddress> listeners = settings.signaling()
            .listenSip()
            .stream()
            .map(address -> TransportAddress.of(IpAddress.parse(address.ip()), address.port()))
            .map(ServiceAddress::of)
            .toList();
        return DatagramSockets.open(
            expanded(listeners),
            new SocketSettings(
                Node.layer(settings),
                1,
                (int) settings.forwarding().socketBuffer().bytes(),
                0,
                false,
                // until the same port of TCP is ours, or datagrams of another process' clients would come here
                true));
    }

    static List<PasswordAlgorithm> digests(Settings.SipDigest digest) {
        return switch (digest) {
            case BOTH -> List.of(PasswordAlgorithm.SHA_256, PasswordAlgorithm.MD5);
            case SHA_256 -> List.of(PasswordAlgorithm.SHA_256);
            case MD5 -> List.of(PasswordAlgorithm.MD5);
        };
    }

    private static List<ServiceAddress> expanded(List<ServiceAddress> listeners) throws IOException {
        try {
            return ServiceAddress.expand(listeners);
        } catch (IllegalArgumentException twice) {
            throw new IOException(twice.getMessage(), twice);
        }
    }

    static Calls.Telling calls(Settings settings, Sessions sessions) {
        Settings.Signaling signaling = settings.signaling();
        return new Calls.Telling(sessions, signaling.callsPerUser(), signaling.callAbsence().toMillis());
    }

    static DatagramPorts datagrams(Settings settings, Sockets sockets) {
        Settings.Signaling signaling = settings.signaling();
        return new DatagramPorts(
            sockets,
            NodeAddresses.prefixes(settings.balancer().trustedProxies()),
            signaling.datagramFlowsMaximum(),
            signaling.datagramFlowIdle().toMillis());
    }

    /** How servers of other domains are found; null if users may not call them. */
    static SignalingAgent.@Nullable Lookups lookups(Settings settings, ServerLocator locator) {
        if (!settings.signaling().outward()) {
            return null;
        }
        PeerPolicy policy = new PeerPolicy(
            NodeAddresses.prefixes(settings.peers().allow()),
            NodeAddresses.prefixes(settings.peers().deny()),
            _ -> false);
        return new SignalingAgent.Lookups(locator, policy::allows, Thread::startVirtualThread);
    }

    /** @param hops where the upstream is */
    static TrunkSettings trunk(Settings settings, Supplier<List<Hop>> hops) {
        Settings.Trunk trunk = settings.signaling().trunk();
        if (trunk.addresses().isEmpty()) {
            return TrunkSettings.NONE;
        }
        return new TrunkSettings(
            trunk.prefixes().isEmpty() ? List.of("") : trunk.prefixes(),
            trunk.domain().map(SipHost::toString).orElseGet(() -> trunk.addresses().getFirst().host().toString()),
            trunk.checkInterval().toMillis(),
            hops);
    }

    /** How user agents are woken: by the gateways of the settings. */
    static PushSettings push(Settings.Push push, PushNotifier notifier) {
        return PushSettings.of(
            push.gateways().stream().map(PushGateway::provider).toList(), push.patience().toMillis(), notifier);
    }

    static StreamSettings streams(Settings settings) {
        Settings.Signaling signaling = settings.signaling();
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return StreamSettings.defaults(threads)
            .withLimits(
                StreamLimits.DEFAULT
                    .withConnections(signaling.connectionsMaximum(), signaling.connectionsPerSourceMaximum()));
    }
}
