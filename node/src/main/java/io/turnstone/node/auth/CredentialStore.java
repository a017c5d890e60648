package io.turnstone.node.auth;

import io.turnstone.protocol.stun.UserHash;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Who may use the server: users with a fixed password, and whoever holds a TURN REST credential. Immutable, any thread.
 *
 * <p>A fixed user's name wins over a REST reading of it. USERHASH (RFC 8489 §14.4) finds fixed users only: a REST username
 * is made up elsewhere, so nobody here could have hashed it before.
 */
public final class CredentialStore {
    private final String realm;
    private final Map<String, String> passwordByUser;
    private final Map<UserHash, String> userByHash = new HashMap<>();
    private final RestSecrets restSecrets;
    private final boolean namedElsewhere;

    /** @param passwordByUser the fixed users */
    public CredentialStore(String realm, Map<String, String> passwordByUser, RestSecrets restSecrets) {
        this(realm, passwordByUser, restSecrets, false);
    }

    /**
     * @param passwordByUser the fixed users
     * @param namedElsewhere whether there are users that only somebody else knows, such as an issuer of tokens
     */
    public CredentialStore(
        String realm, Map<String, String> passwordByUser, RestSecrets restSecrets, boolean namedElsewhere) {
        this.namedElsewhere = namedElsewhere;
        this.realm = realm;
        this.passwordByUser = Map.copyOf(passwordByUser);
        this.restSecrets = restSecrets;
        passwordByUser.keySet().forEach(user -> userByHash.put(UserHash.of(user, realm), user));
    }

    public String realm() {
        return realm;
    }

    /** The username behind a USERHASH, or null if no fixed user has it. */
    public @Nullable String usernameOf(UserHash hash) {
        return userByHash.get(hash);
    }

    /** Whether a fixed user has that name. */
    public boolean hasPassword(String user) {
        return passwordByUser.containsKey(user);
    }

    /** Whether somebody may have that name: a fixed user, or anybody where others give credentials out. */
    public boolean mayExist(String user) {
        return namedElsewhere || hasPassword(user) || !restSecrets.secrets().isEmpty();
    }

    /** The passwords any of which proves the username; empty for a name that nobody has. */
    List<String> passwords(String username) {
        String password = passwordByUser.get(username);
        if (password != null) {
            return List.of(password);
        }
        return restSecrets.expiryMs(username).isPresent() ? restSecrets.passwords(username) : List.of();
    }

    /** Whether the username is a REST credential whose time has passed. */
    boolean isExpired(String username, long nowMs) {
        if (passwordByUser.containsKey(username)) {
            return false;
        }
        OptionalLong expiryMs = restSecrets.expiryMs(username);
        return expiryMs.isPresent() && nowMs >= expiryMs.getAsLong();
    }

    /** The name under which allocations are kept and counted: for a REST credential without its expiry. */
    String account(String username) {
        return passwordByUser.containsKey(username) ? username : restSecrets.account(username);
    }
}
