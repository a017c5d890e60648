package io.turnstone.node.doors;

import io.turnstone.node.auth.CredentialIssuer.Credential;
import io.turnstone.node.auth.IceUrls;
import io.turnstone.protocol.json.JsonWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The format of Twilio's Network Traversal Service, for back ends that were written for it. The key's name is the account
 * SID, its secret the auth token, by HTTP Basic. Besides {@code Ttl} the form may have {@code User} and {@code Call}.
 *
 * <pre>
 * POST /2010-04-01/Accounts/NAME/Tokens.json   Ttl=3600
 * 201  {"account_sid":…,"date_created":…,"date_updated":…,"username":…,"password":…,"ttl":"3600","ice_servers":[{…},…]}
 * </pre>
 */
final class TwilioDoor implements Door {
    private static final Pattern PATH = Pattern.compile("/2010-04-01/Accounts/([^/]+)/Tokens\\.json");

    @Override
    public boolean isAt(DoorRequest request) {
        return PATH.matcher(request.path()).matches();
    }

    @Override
    public @Nullable ApiKey key(DoorRequest request, ApiKeys keys) {
        Matcher matcher = PATH.matcher(request.path());
        ApiKey key = keys.byBasic(request.authorization());
        return key != null && matcher.matches() && matcher.group(1).equals(key.name()) ? key : null;
    }

    @Override
    public String challenge() {
        return "Basic realm=\"turnstone\", charset=\"UTF-8\"";
    }

    @Override
    public Wish wish(DoorRequest request) {
        Map<String, String> fields = FormFields.of(request.body());
        return Wish.of(fields.get("User"), fields.get("Call"), fields.get("Ttl"));
    }

    @Override
    public DoorResponse grant(Credential credential, IceUrls urls, ApiKey key, long nowMs) {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(Instant.ofEpochMilli(nowMs).atOffset(ZoneOffset.UTC))
            .replace("GMT", "+0000");
        JsonWriter json = new JsonWriter().object()
            .put("account_sid", key.name())
            .put("date_created", date)
            .put("date_updated", date)
            .put("username", credential.username())
            .put("password", credential.password())
            .put("ttl", Long.toString(credential.lifetimeS()))
            .array("ice_servers");
        for (String url : urls.all()) {
            json.element().put("url", url).put("urls", url);
            if (!IceUrls.isStun(url)) {
                json.put("username", credential.username()).put("credential", credential.password());
            }
            json.endObject();
        }
        return new DoorResponse(201, json.endArray().endObject().toString());
    }

    @Override
    public DoorResponse refuse(int status, String sentence) {
        JsonWriter json = new JsonWriter().object().put("code", status).put("message", sentence).put("status", status);
        return new DoorResponse(status, json.endObject().toString());
    }
}
