package io.turnstone.node;

import io.turnstone.config.HostPort;
import io.turnstone.config.IpPort;
import io.turnstone.config.MachineAddress;
import io.turnstone.config.Settings;
import io.turnstone.config.SipHost;
import io.turnstone.node.signaling.RegistrationLimits;
import io.turnstone.node.signaling.SignalingSettings;
import io.turnstone.node.signaling.SipTimers;
import io.turnstone.node.transport.stream.StreamLimits;
import io.turnstone.node.transport.stream.StreamSettings;
import io.turnstone.protocol.sip.SipLimits;
import io.turnstone.protocol.sip.SipTransport;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The settings of signaling's parts, made from the settings that a user sees. */
final class SignalingParts {
    /** What a node's number has at most, in decimal digits of a Via: nine. */
    private static final long NODE_NUMBERS = 1_000_000_000;

    private SignalingParts() {}

    /**
     * @param incarnation of this process: a flow of another one, which a token may still name, must not be taken for one of
     *        ours with the same id
     */
    static SignalingSettings engine(Settings settings, long incarnation) {
        Settings.Signaling signaling = settings.signaling();
        return new SignalingSettings(
            (int) Long.remainderUnsigned(incarnation, NODE_NUMBERS),
            signaling.domain().stream().map(SipHost::host).toList(),
            advertised(signaling),
            SipTimers.DEFAULT,
            new RegistrationLimits(
                signaling.minimumExpiry().toSeconds(),
                signaling.maximumExpiry().toSeconds(),
                signaling.defaultExpiry().toSeconds(),
                RegistrationLimits.DEFAULT.bindingsMax()),
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
        return transport == SipTransport.TCP && wanted.port() != 0 ? wanted.port() : listener.port();
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
