package io.turnstone.node.doors;

import io.turnstone.protocol.json.JsonObject;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** What a request asks for, or why that cannot be read. Immutable, any thread. */
sealed interface Wish {
    /** Instead of a lifetime: as long as the settings say. */
    long LIFETIME_DEFAULT = 0;

    /**
     * A credential.
     *
     * @param user empty for nobody in particular
     * @param callId empty for no call in particular
     * @param lifetimeS seconds, or {@link #LIFETIME_DEFAULT}
     */
    record OfCredential(String user, String callId, long lifetimeS) implements Wish {}

    /** Nothing that can be read; the sentence says why. */
    record Unclear(String sentence) implements Wish {}

    /**
     * From a JSON body; an empty one asks for nothing in particular.
     *
     * @param user the name of the member that names the user
     * @param call of the member that names the call
     */
    static Wish ofJson(String body, String user, String call) {
        if (body.isBlank()) {
            return new OfCredential("", "", LIFETIME_DEFAULT);
        }
        JsonObject object = JsonObject.parse(body);
        if (object == null) {
            return new Unclear("the body is no JSON object");
        }
        for (String name : new String[]{user, call}) {
            if (object.has(name) && object.text(name) == null) {
                return new Unclear(name + " is not a text");
            }
        }
        if (!object.has("ttl")) {
            return of(object.text(user), object.text(call), null);
        }
        OptionalDouble ttl = object.number("ttl");
        if (ttl.isEmpty() || ttl.getAsDouble() != Math.rint(ttl.getAsDouble())) {
            return new Unclear("ttl is not a whole number of seconds");
        }
        return of(object.text(user), object.text(call), Long.toString((long) ttl.getAsDouble()));
    }

    /** From texts, each null if it is not there. */
    static Wish of(@Nullable String user, @Nullable String callId, @Nullable String ttl) {
        long lifetimeS = LIFETIME_DEFAULT;
        if (ttl != null) {
            try {
                lifetimeS = Long.parseLong(ttl);
            } catch (NumberFormatException notANumber) {
                lifetimeS = -1;
            }
            if (lifetimeS <= 0) {
                return new Unclear("ttl = \"" + ttl + "\" is not a number of seconds above 0");
            }
        }
        return new OfCredential(user == null ? "" : user, callId == null ? "" : callId, lifetimeS);
    }
}
