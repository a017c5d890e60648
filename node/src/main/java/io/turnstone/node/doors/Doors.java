package io.turnstone.node.doors;

import io.turnstone.node.auth.CredentialIssuer;
import io.turnstone.node.auth.TurnUser;
import io.turnstone.node.service.Counters;
import java.util.Base64;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All doors: finds the one that a request comes to, lets in who has a key, limits how often, and gives out credentials. Any
 * thread.
 */
final class Doors {
    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final String NO_KEY = "";
    private static final int NOBODY_OCTETS = 9;
    private static final String PLACES = "there is POST /v1/turn/credentials, "
        + "POST /v1/turn/keys/KEY/credentials/generate and generate-ice-servers, "
        + "POST /2010-04-01/Accounts/KEY/Tokens.json, GET /?service=turn";

    private final List<Door> doors = List.of(
        new IceServersDoor(), new CloudflareDoor(true), new CloudflareDoor(false), new TwilioDoor(), new RestApiDoor());
    private final DoorSettings settings;
    private final ApiKeys keys;
    private final CredentialIssuer issuer;
    private final RandomGenerator random;
    private final RequestRate rate;
    private final Counters<DoorCounter> counters = new Counters<>(DoorCounter.class);

    /** @param random names those who ask for nobody in particular; safe for any thread */
    Doors(DoorSettings settings, CredentialIssuer issuer, RandomGenerator random) {
        this.settings = settings;
        this.keys = new ApiKeys(settings.keys());
        this.issuer = issuer;
        this.random = random;
        this.rate = new RequestRate(settings.requestsPerSecond());
    }

    Counters<DoorCounter> counters() {
        return counters;
    }

    /** @param nowMs epoch milliseconds */
    DoorResponse answer(DoorRequest request, long nowMs) {
        Door door = doors.stream().filter(candidate -> candidate.isAt(request)).findFirst().orElse(null);
        if (door == null) {
            counters.add(DoorCounter.REFUSED);
            return doors.getFirst().refuse(NOT_FOUND, PLACES);
        }
        if (!door.methods().contains(request.method())) {
            counters.add(DoorCounter.REFUSED);
            String methods = String.join(", ", door.methods());
            return door.refuse(METHOD_NOT_ALLOWED, "credentials are asked for here by " + methods)
                .with("Allow", methods);
        }
        ApiKey key = door.key(request, keys);
        if (!rate.take(key == null ? NO_KEY : key.name(), nowMs)) {
            return tooMany(door, key);
        }
        if (key == null) {
            counters.add(DoorCounter.UNAUTHENTICATED);
            return door.refuse(UNAUTHORIZED, "this needs a key of turnstone.doors.keys, name and secret")
                .with("WWW-Authenticate", door.challenge());
        }
        return switch (door.wish(request)) {
            case Wish.Unclear(String sentence) -> refuse(door, sentence);
            case Wish.OfCredential wish -> {
                String refusal = refusal(wish);
                yield refusal.isEmpty() ? grant(door, wish, key, nowMs) : refuse(door, refusal);
            }
        };
    }

    private DoorResponse tooMany(Door door, @Nullable ApiKey key) {
        counters.add(key == null ? DoorCounter.UNAUTHENTICATED : DoorCounter.LIMITED);
        String sentence = key == null
            ? "too many requests without a key"
            : "more than " + settings.requestsPerSecond() + " requests in a second by the key " + key.name();
        return door.refuse(TOO_MANY_REQUESTS, sentence).with("Retry-After", "1");
    }

    private DoorResponse refuse(Door door, String sentence) {
        counters.add(DoorCounter.REFUSED);
        return door.refuse(BAD_REQUEST, sentence);
    }

    private DoorResponse grant(Door door, Wish.OfCredential wish, ApiKey key, long nowMs) {
        counters.add(DoorCounter.ISSUED);
        long lifetimeS = wish.lifetimeS() == Wish.LIFETIME_DEFAULT ? settings.defaultLifetimeS() : wish.lifetimeS();
        TurnUser user = new TurnUser(wish.user().isEmpty() ? nobody(key) : wish.user(), wish.callId());
        return door.grant(issuer.issue(user, lifetimeS, nowMs), settings.urls(), key, nowMs);
    }

    private String refusal(Wish.OfCredential wish) {
        if (wish.lifetimeS() > settings.maximumLifetimeS()) {
            return "ttl = " + wish.lifetimeS() + " is too long; allowed: 1 to " + settings.maximumLifetimeS()
                + " seconds";
        }
        return wish.user().isEmpty() || TurnUser.isName(wish.user())
            ? ""
            : "the user's name is not allowed: 1 to 255 octets without # and control characters";
    }

    /** Somebody whom the application does not name: each such credential has an account of its own. */
    private String nobody(ApiKey key) {
        byte[] octets = new byte[NOBODY_OCTETS];
        random.nextBytes(octets);
        return key.name() + "." + Base64.getUrlEncoder().encodeToString(octets);
    }
}
