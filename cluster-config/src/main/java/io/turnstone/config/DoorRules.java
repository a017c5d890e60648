package io.turnstone.config;

import static io.turnstone.config.SettingsRules.demand;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What must hold between the settings of doors, each rule with the sentence for whoever broke it. */
final class DoorRules {
    private static final String SECTION = "doors.";
    private static final int SECRET_LENGTH_MIN = 16;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");
    private static final Pattern STUN_URL = Pattern.compile("stuns?:\\S+");
    private static final Pattern TURN_URL = Pattern.compile("turns?:\\S+");

    private DoorRules() {}

    static void check(Settings settings) {
        Settings.Doors doors = settings.doors();
        boolean listens = !doors.listenHttp().isEmpty();
        checkListeners(doors);
        checkKeys(doors.keys(), listens);
        checkUrls(doors.urls());
        demand(doors.defaultLifetime().compareTo(doors.maximumLifetime()) <= 0, SECTION + "default-lifetime",
            doors.defaultLifetime().toSeconds() + " s",
            "at most doors.maximum-lifetime, " + doors.maximumLifetime().toSeconds() + " s");
        demand((!listens && !doors.inRegistrations()) || !settings.auth().sharedSecrets().isEmpty(),
            "auth.shared-secrets", "[]", "at least one, since doors give out credentials that are made with it");
        demand(!doors.inRegistrations() || settings.signaling().domain().isPresent(), SECTION + "in-registrations",
            "true", "false without signaling.domain");
    }

    private static void checkListeners(Settings.Doors doors) {
        Set<IpPort> bound = new HashSet<>();
        for (IpPort listener : doors.listenHttp()) {
            demand(bound.add(listener), SECTION + "listen-http", listener, "each address once");
        }
        demand(bound.isEmpty() || !doors.keys().isEmpty(), SECTION + "keys", "[]",
            "at least one NAME:SECRET, since doors.listen-http is set");
    }

    private static void checkKeys(List<UserCredential> keys, boolean listens) {
        Set<String> names = new HashSet<>();
        Set<Secret> secrets = new HashSet<>();
        for (UserCredential key : keys) {
            demand(listens, SECTION + "keys", key.name(), "[] without doors.listen-http");
            demand(NAME.matcher(key.name()).matches(), SECTION + "keys", key.name(),
                "a name of letters, digits, '-', '.' and '_', since it stands in paths");
            demand(key.password().value().length() >= SECRET_LENGTH_MIN, SECTION + "keys", key.name(),
                "a secret of " + SECRET_LENGTH_MIN + " characters or more behind the name");
            demand(names.add(key.name()) && secrets.add(key.password()), SECTION + "keys", key.name(),
                "each name and each secret once");
        }
    }

    private static void checkUrls(List<String> urls) {
        boolean relays = urls.isEmpty();
        for (String url : urls) {
            boolean turn = TURN_URL.matcher(url).matches();
            demand(turn || STUN_URL.matcher(url).matches(), SECTION + "urls", url,
                "stun:, stuns:, turn: or turns: and a host, such as turn:turn.example.org:3478?transport=udp");
            relays |= turn;
        }
        demand(relays, SECTION + "urls", urls, "at least one that begins with turn: or turns:");
    }
}
