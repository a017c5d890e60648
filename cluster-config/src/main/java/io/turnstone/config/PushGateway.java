package io.turnstone.config;

import java.net.URI;
import java.util.Locale;

/**
 * Who sends the push notifications of a service, {@code PROVIDER=URL}. Immutable, any thread.
 *
 * @param provider as user agents name it (RFC 8599 §8.7), in lower case, such as {@code apns}, {@code fcm} or {@code webpush}
 * @param url of http or https, with a host and without a user; never printed by {@link #toString}, since it may hold a secret
 */
public record PushGateway(String provider, URI url) {
    private static final String PROVIDER = "[a-z0-9._-]{1,64}";

    public PushGateway {
        if (!provider.matches(PROVIDER)) {
            throw new IllegalArgumentException("no name of a push notification service");
        }
        boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        if (!http || url.getHost() == null || url.getRawUserInfo() != null) {
            throw new IllegalArgumentException("no URL of http or https");
        }
    }

    /** @throws IllegalArgumentException when {@code text} is not {@code PROVIDER=URL} */
    public static PushGateway parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("no = between service and URL");
        }
        return new PushGateway(text.substring(0, equals).toLowerCase(Locale.ROOT),
            URI.create(text.substring(equals + 1)));
    }

    @Override
    public String toString() {
        return provider + "=" + Secret.HIDDEN;
    }
}
