package io.turnstone.config;

import static io.turnstone.config.SettingsRules.demand;

import java.net.URI;
import java.util.Optional;

/** What must hold between the settings of bearer tokens, each rule with the sentence for whoever broke it. */
final class TokenRules {
    private static final String SECTION = "auth.tokens.";

    private TokenRules() {}

    static void check(Settings settings) {
        Settings.Tokens tokens = settings.auth().tokens();
        boolean taken = tokens.keys().isPresent();
        tokens.keys().ifPresent(keys -> {
            demand(!isUrl(keys) || isWhole(keys), SECTION + "keys", keys,
                "a file, or a URL of http or https with a host");
            demand(settings.signaling().domain().isPresent(), SECTION + "keys", keys, "\"\" without signaling.domain");
        });
        checkTogether("issuer", tokens.issuer(), taken);
        checkTogether("audience", tokens.audience(), taken);
        tokens.authorizationServer()
            .ifPresent(
                server -> demand(taken && server.startsWith("https://") && isWhole(server),
                    SECTION + "authorization-server", server, "a URL of https, together with keys"));
    }

    /** Without both, a token that was made for something else would be taken. */
    private static void checkTogether(String key, Optional<String> value, boolean taken) {
        demand(value.isPresent() == taken, SECTION + key, value.orElse(""),
            taken ? "a text, since auth.tokens.keys is set" : "\"\" without auth.tokens.keys");
    }

    private static boolean isUrl(String text) {
        return text.startsWith("http://") || text.startsWith("https://");
    }

    private static boolean isWhole(String url) {
        try {
            return URI.create(url).getHost() != null;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }
}
