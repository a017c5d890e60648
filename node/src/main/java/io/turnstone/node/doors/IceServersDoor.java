package io.turnstone.node.doors;

import io.turnstone.node.auth.CredentialIssuer.Credential;
import io.turnstone.node.auth.IceUrls;
import io.turnstone.protocol.json.JsonWriter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Our own format: what a browser's {@code RTCPeerConnection} takes as it is ({@code RTCIceServer} of W3C WebRTC §4.2.4).
 *
 * <pre>
 * POST /v1/turn/credentials   {"user":"alice","call":"a84b@host","ttl":3600}      each may be missing
 * 200                         {"iceServers":[{"urls":[…]},{"urls":[…],"username":…,"credential":…}],"ttl":3600,"expires":…}
 * </pre>
 */
final class IceServersDoor implements Door {
    private static final String PATH = "/v1/turn/credentials";

    @Override
    public boolean isAt(DoorRequest request) {
        return request.path().equals(PATH);
    }

    @Override
    public @Nullable ApiKey key(DoorRequest request, ApiKeys keys) {
        return keys.byBearer(request.authorization());
    }

    @Override
    public Wish wish(DoorRequest request) {
        return Wish.ofJson(request.body(), "user", "call");
    }

    @Override
    public DoorResponse grant(Credential credential, IceUrls urls, ApiKey key, long nowMs) {
        JsonWriter json = new JsonWriter().object();
        urls.writeServers(json, credential);
        json.put("ttl", credential.lifetimeS());
        json.put("expires", Instant.ofEpochSecond(nowMs / 1000 + credential.lifetimeS()).toString());
        return new DoorResponse(200, json.endObject().toString());
    }
}
