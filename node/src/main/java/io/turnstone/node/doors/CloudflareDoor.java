package io.turnstone.node.doors;

import io.turnstone.node.auth.CredentialIssuer.Credential;
import io.turnstone.node.auth.IceUrls;
import io.turnstone.protocol.json.JsonWriter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The format of Cloudflare's TURN service, for back ends that were written for it. The key's name stands in the path, its
 * secret is the bearer token. {@code customIdentifier} names the user.
 *
 * <pre>
 * POST /v1/turn/keys/NAME/credentials/generate-ice-servers   {"ttl":86400}   201 {"iceServers":[{…},{…}]}
 * POST /v1/turn/keys/NAME/credentials/generate               {"ttl":86400}   201 {"iceServers":{…}}
 * </pre>
 */
final class CloudflareDoor implements Door {
    private static final Pattern PATH = Pattern
        .compile("/v1/turn/keys/([^/]+)/credentials/generate(-ice-servers)?");

    private final boolean array;

    /** @param array whether the servers are an array, as browsers take them, or one object */
    CloudflareDoor(boolean array) {
        this.array = array;
    }

    @Override
    public boolean isAt(DoorRequest request) {
        Matcher matcher = PATH.matcher(request.path());
        return matcher.matches() && array == (matcher.group(2) != null);
    }

    @Override
    public @Nullable ApiKey key(DoorRequest request, ApiKeys keys) {
        Matcher matcher = PATH.matcher(request.path());
        ApiKey key = keys.byBearer(request.authorization());
        return key != null && matcher.matches() && matcher.group(1).equals(key.name()) ? key : null;
    }

    @Override
    public Wish wish(DoorRequest request) {
        return Wish.ofJson(request.body(), "customIdentifier", "call");
    }

    @Override
    public DoorResponse grant(Credential credential, IceUrls urls, ApiKey key, long nowMs) {
        JsonWriter json = new JsonWriter().object();
        if (array) {
            urls.writeServers(json, credential);
        } else {
            json.object("iceServers")
                .put("urls", urls.all())
                .put("username", credential.username())
                .put("credential", credential.password())
                .endObject();
        }
        return new DoorResponse(201, json.endObject().toString());
    }
}
