package io.turnstone.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Fills in what depends on the machine or on other settings, so that readers of {@link Settings} meet no empty list. */
final class SettingsDefaults {
    private static final int STUN_PORT = 3478;

    private SettingsDefaults() {}

    static Settings fill(Settings given) {
        List<ListenAddress> listen = given.listen().isEmpty() ? List.of(machineListener()) : given.listen();
        Settings.Relay relay = given.relay();
        List<RelayAddress> addresses = relay.addresses().isEmpty()
            ? relayAddresses(listen, relay.mode())
            : relay.addresses();
        return new Settings(listen, given.forwarding(), given.balancer(),
            new Settings.Relay(addresses, relay.ports(), relay.mode(), relay.sockets(), relay.quarantine()),
            given.auth(), given.turn(), given.peers(), given.signaling(), given.rooms(), given.cluster(),
            given.fabric(),
            given.drain(), given.doors(), given.admin());
    }

    private static ListenAddress machineListener() {
        HostPort address = new HostPort(MachineAddress.text(), STUN_PORT);
        return new ListenAddress(address, address);
    }

    /** Each node's own address, or the service address that all of them have. */
    private static List<RelayAddress> relayAddresses(List<ListenAddress> listen, Settings.RelayMode mode) {
        Map<String, RelayAddress> byPublicIp = new LinkedHashMap<>();
        for (ListenAddress listener : listen) {
            String bound = listener.bind().host();
            String advertised = mode.isCommon() ? listener.advertised().host() : bound;
            String local = mode == Settings.RelayMode.CLUSTER ? advertised : bound;
            if (!IpLiteral.isWildcard(local)) {
                byPublicIp.putIfAbsent(advertised, new RelayAddress(local, advertised));
            }
        }
        return List.copyOf(byPublicIp.values());
    }
}
