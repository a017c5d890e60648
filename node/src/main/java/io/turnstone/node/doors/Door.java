package io.turnstone.node.doors;

import io.turnstone.node.auth.CredentialIssuer.Credential;
import io.turnstone.node.auth.IceUrls;
import io.turnstone.protocol.json.JsonWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One format in which credentials are asked for and given. Stateless, any thread. */
interface Door {
    /** Whether the request comes to this door, by its path and query. */
    boolean isAt(DoorRequest request);

    /** By which methods credentials are asked for. */
    default List<String> methods() {
        return List.of("POST");
    }

    /** The key that the request proves itself by, or null. */
    @Nullable
    ApiKey key(DoorRequest request, ApiKeys keys);

    /** The scheme that a request without a key is told of (RFC 9110 §11.6.1). */
    default String challenge() {
        return "Bearer realm=\"turnstone\"";
    }

    /** What the request asks for. */
    Wish wish(DoorRequest request);

    /** The answer that brings the credential. */
    DoorResponse grant(Credential credential, IceUrls urls, ApiKey key, long nowMs);

    /** The answer to a request that gets none. */
    default DoorResponse refuse(int status, String sentence) {
        return new DoorResponse(status, new JsonWriter().object().put("error", sentence).endObject().toString());
    }
}
