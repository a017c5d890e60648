package io.turnstone.config;

import static io.turnstone.config.SettingsRules.demand;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What must hold between the settings of signaling, each rule with the sentence for whoever broke it. */
final class SignalingRules {
    private static final String SECTION = "signaling.";

    private SignalingRules() {}

    static void check(Settings settings) {
        Settings.Signaling signaling = settings.signaling();
        checkListeners(signaling);
        checkTls(signaling);
        checkTrunk(signaling);
        checkPush(signaling);
        demand(
            signaling.minimumExpiry().compareTo(signaling.defaultExpiry()) <= 0
                && signaling.defaultExpiry().compareTo(signaling.maximumExpiry()) <= 0,
            SECTION + "default-expiry", signaling.defaultExpiry().toSeconds() + " s",
            "at least signaling.minimum-expiry, " + signaling.minimumExpiry().toSeconds()
                + " s, and at most signaling.maximum-expiry, " + signaling.maximumExpiry().toSeconds() + " s");
        signaling.domain()
            .ifPresent(domain -> demand(domain.port() == 0, SECTION + "domain", domain, "a domain without a port"));
    }

    private static void checkListeners(Settings.Signaling signaling) {
        Set<IpPort> bound = new HashSet<>();
        boolean served = signaling.domain().isPresent();
        checkListeners(signaling.listenWs(), "listen-ws", served, bound);
        checkListeners(signaling.listenWss(), "listen-wss", served, bound);
        checkListeners(signaling.listenSip(), "listen-sip", served, bound);
        checkListeners(signaling.listenSips(), "listen-sips", served, bound);
        demand(!served || !bound.isEmpty(), SECTION + "listen-ws", "[]",
            "an IP:PORT here or in listen-wss, listen-sip or listen-sips, since signaling.domain is set");
    }

    private static void checkListeners(List<IpPort> listeners, String key, boolean served, Set<IpPort> bound) {
        for (IpPort listener : listeners) {
            demand(served, SECTION + key, listener, "[] without signaling.domain");
            demand(bound.add(listener), SECTION + key, listener, "each address once");
        }
    }

    private static void checkTrunk(Settings.Signaling signaling) {
        Settings.Trunk trunk = signaling.trunk();
        for (TrunkAddress address : trunk.addresses()) {
            demand(signaling.domain().isPresent(), SECTION + "trunk.addresses", address, "[] without signaling.domain");
            demand(
                address.transport() != TrunkAddress.Transport.UDP || !signaling.listenSip().isEmpty(),
                SECTION + "trunk.addresses", address, "none over UDP without signaling.listen-sip");
        }
        trunk.prefixes()
            .forEach(prefix -> demand(!trunk.addresses().isEmpty(), SECTION + "trunk.prefixes", prefix,
                "[] without signaling.trunk.addresses"));
    }

    private static void checkPush(Settings.Signaling signaling) {
        Set<String> providers = new HashSet<>();
        for (PushGateway gateway : signaling.push().gateways()) {
            demand(signaling.domain().isPresent(), SECTION + "push.gateways", gateway, "[] without signaling.domain");
            demand(providers.add(gateway.provider()), SECTION + "push.gateways", gateway, "each service once");
        }
    }

    private static void checkTls(Settings.Signaling signaling) {
        boolean whole = signaling.certificate().isPresent() && signaling.privateKey().isPresent();
        signaling.certificate()
            .ifPresent(file -> demand(whole, SECTION + "certificate", file, "a file together with private-key"));
        signaling.privateKey()
            .ifPresent(file -> demand(whole, SECTION + "private-key", file, "a file together with certificate"));
        demand(whole || signaling.listenWss().isEmpty(), SECTION + "listen-wss", signaling.listenWss(),
            "[] without signaling.certificate and signaling.private-key");
        demand(whole || signaling.listenSips().isEmpty(), SECTION + "listen-sips", signaling.listenSips(),
            "[] without signaling.certificate and signaling.private-key");
    }
}
