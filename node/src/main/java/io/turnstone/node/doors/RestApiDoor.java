package io.turnstone.node.doors;

import io.turnstone.node.auth.CredentialIssuer.Credential;
import io.turnstone.node.auth.IceUrls;
import io.turnstone.protocol.json.JsonWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The TURN REST API (draft-uberti-behave-turn-rest-00 §2), as it stands before coturn and in Matrix home servers. The key's
 * secret is the parameter {@code key}, or the bearer token.
 *
 * <pre>
 * GET or POST /?service=turn&amp;username=alice&amp;key=SECRET[&amp;ttl=3600][&amp;call=a84b%40host]
 * 200   {"username":…,"password":…,"ttl":86400,"uris":["turn:192.0.2.1:3478?transport=udp"]}
 * </pre>
 */
final class RestApiDoor implements Door {
    @Override
    public boolean isAt(DoorRequest request) {
        return request.path().equals("/") && "turn".equals(request.query().get("service"));
    }

    @Override
    public List<String> methods() {
        return List.of("GET", "POST");
    }

    @Override
    public @Nullable ApiKey key(DoorRequest request, ApiKeys keys) {
        String secret = request.query().get("key");
        return secret == null ? keys.byBearer(request.authorization()) : keys.bySecret(secret);
    }

    @Override
    public Wish wish(DoorRequest request) {
        Map<String, String> query = request.query();
        return Wish.of(query.get("username"), query.get("call"), query.get("ttl"));
    }

    @Override
    public DoorResponse grant(Credential credential, IceUrls urls, ApiKey key, long nowMs) {
        JsonWriter json = new JsonWriter().object()
            .put("username", credential.username())
            .put("password", credential.password())
            .put("ttl", credential.lifetimeS())
            .put("uris", urls.turn());
        return new DoorResponse(200, json.endObject().toString());
    }
}
