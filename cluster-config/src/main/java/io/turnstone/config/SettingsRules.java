package io.turnstone.config;

import java.util.HashSet;
import java.util.Set;

/** What must hold between settings, each rule with the sentence for whoever broke it. */
final class SettingsRules {
    private static final int CLUSTER_SECRET_LENGTH_MIN = 16;
    private static final int FABRIC_PORT_MAX = 65_535;
    private static final int COMMON_PORTS_MIN = 128;

    private SettingsRules() {}

    /** @return {@code settings} */
    static Settings check(Settings settings) {
        checkAddresses(settings);
        checkRelay(settings.relay());
        checkTurn(settings.turn());
        SignalingRules.check(settings);
        TokenRules.check(settings);
        DoorRules.check(settings);
        checkClusterIsWhole(settings);
        checkCluster(settings.cluster());
        checkFabric(settings.fabric());
        return settings;
    }

    private static void checkAddresses(Settings settings) {
        Set<HostPort> bound = new HashSet<>();
        for (ListenAddress listener : settings.listen()) {
            demand(bound.add(listener.bind()), "listen", listener, "each address once");
        }
        demand(!settings.relay().addresses().isEmpty(), "relay.addresses", "[]",
            "at least one IP[=PUBLIC_IP], since the listeners are wildcards");
    }

    private static void checkRelay(Settings.Relay relay) {
        Set<String> advertised = new HashSet<>();
        for (RelayAddress address : relay.addresses()) {
            demand(advertised.add(address.publicIp()), "relay.addresses", address,
                "each public IP once, since a relayed address belongs to one allocation");
        }
        int ports = relay.ports().last() - relay.ports().first() + 1;
        demand(!relay.mode().isCommon() || ports >= COMMON_PORTS_MIN, "relay.ports", relay.ports(),
            COMMON_PORTS_MIN + " ports or more with relay.mode = " + Kebab.of(relay.mode().name())
                + ", since each node takes slices of 64");
    }

    private static void checkTurn(Settings.Turn turn) {
        demand(turn.defaultLifetime().compareTo(turn.maximumLifetime()) <= 0, "turn.default-lifetime",
            turn.defaultLifetime().toSeconds() + " s",
            "at most turn.maximum-lifetime, " + turn.maximumLifetime().toSeconds() + " s");
    }

    private static void checkClusterIsWhole(Settings settings) {
        Settings.Cluster cluster = settings.cluster();
        if (cluster.address().isPresent()) {
            demand(!cluster.seeds().isEmpty(), "cluster.seeds", "[]",
                "at least one HOST:PORT, since cluster.address is set; the first node names itself");
            demand(cluster.secret().isPresent(), "cluster.secret", "", "a text of " + CLUSTER_SECRET_LENGTH_MIN
                + " characters or more, since cluster.address is set");
            demand(settings.fabric().address().isPresent(), "fabric.address", "",
                "HOST:PORT, since cluster.address is set");
        } else {
            demand(cluster.seeds().isEmpty(), "cluster.address", "", "HOST:PORT, since cluster.seeds is set");
            demand(settings.fabric().address().isEmpty(), "cluster.address", "",
                "HOST:PORT, since fabric.address is set");
        }
    }

    private static void checkCluster(Settings.Cluster cluster) {
        cluster.secret()
            .ifPresent(secret -> demand(secret.value().length() >= CLUSTER_SECRET_LENGTH_MIN, "cluster.secret",
                secret, CLUSTER_SECRET_LENGTH_MIN + " characters or more"));
        demand(cluster.suspectAfter().compareTo(cluster.heartbeatInterval().multipliedBy(2)) >= 0,
            "cluster.suspect-after",
            cluster.suspectAfter().toMillis() + " ms",
            "at least twice cluster.heartbeat-interval, " + cluster.heartbeatInterval().toMillis() + " ms");
    }

    private static void checkFabric(Settings.Fabric fabric) {
        demand(fabric.termLength().isPowerOfTwo(), "fabric.term-length", fabric.termLength(),
            "a power of two, such as 1 MiB or 4 MiB");
        fabric.address()
            .ifPresent(address -> demand(address.port() + fabric.lanesOrCores() <= FABRIC_PORT_MAX
                && address.port() > 0, "fabric.address", address,
                "a port with room above it for " + fabric.lanesOrCores()
                    + " media lanes"));
    }

    static void demand(boolean holds, String key, Object value, String allowed) {
        if (!holds) {
            throw new ConfigurationException(SettingsLoader.ROOT + "." + key, value, "the settings as a whole",
                allowed);
        }
    }
}
