package io.turnstone.config;

import java.util.List;

/** Fills in what depends on the machine or on other settings, so that readers of {@link Settings} meet no empty list. */
final class SettingsDefaults {
    private static final int STUN_PORT = 3478;

    private SettingsDefaults() {}

    static Settings fill(Settings given) {
        List<ListenAddress> listen = given.listen().isEmpty() ? List.of(machineListener()) : given.listen();
        Settings.Relay relay = given.relay();
        List<RelayAddress> addresses = relay.addresses().isEmpty() ? relayAddresses(listen) : relay.addresses();
        return new Settings(listen, given.forwarding(), given.balancer(),
            new Settings.Relay(addresses, relay.ports(), relay.mode(), relay.quarantine()),
            given.auth(), given.turn(), given.peers(), given.cluster(), given.fabric(), given.admin());
    }

    private static ListenAddress machineListener() {
        HostPort address = new HostPort(MachineAddress.text(), STUN_PORT);
        return new ListenAddress(address, address);
    }

    private static List<RelayAddress> relayAddresses(List<ListenAddress> listen) {
        return listen.stream()
            .map(listener -> listener.bind().host())
            .filter(ip -> !IpLiteral.isWildcard(ip))
            .distinct()
            .map(ip -> new RelayAddress(ip, ip))
            .toList();
    }
}
