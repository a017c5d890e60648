package io.turnstone.node.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Knows web clients by what they have anyway: a TURN credential in the clear, over a connection that is theirs alone, or a
 * bearer token. Any thread.
 */
public final class WebAuthenticator {
    private static final char CALL_MARK = '#';

    private final CredentialStore credentials;
    private final @Nullable BearerTokens tokens;

    /**
     * Who somebody has proven to be.
     *
     * @param account of the credential: with a call, if it is for one
     */
    public record Identity(String user, String account) {
        /** Whether the credential is for that call, or for none in particular. */
        public boolean isFor(String callId) {
            return account.equals(user) || TurnUser.ofCall(callId).test(account);
        }
    }

    /** @param tokens null where no tokens are taken */
    public WebAuthenticator(CredentialStore credentials, @Nullable BearerTokens tokens) {
        this.credentials = credentials;
        this.tokens = tokens;
    }

    /**
     * By the same rules as an Allocate: a user's own password, or a TURN REST credential whose time has not passed.
     *
     * @return null for one that proves nothing
     */
    public @Nullable Identity byPassword(String username, String password, long nowMs) {
        if (credentials.isExpired(username, nowMs) || !isPassword(username, password)) {
            return null;
        }
        String account = credentials.account(username);
        int mark = credentials.hasPassword(username) ? -1 : account.lastIndexOf(CALL_MARK);
        return new Identity(mark < 0 ? account : account.substring(0, mark), account);
    }

    private boolean isPassword(String username, String password) {
        byte[] given = password.getBytes(UTF_8);
        boolean right = false;
        for (String each : credentials.passwords(username)) {
            right |= MessageDigest.isEqual(each.getBytes(UTF_8), given);
        }
        return right;
    }

    /** @return null for one that proves nothing */
    public @Nullable Identity byToken(String token, long nowMs) {
        return tokens != null && tokens.verify(token, nowMs) instanceof BearerTokens.Verdict.Accepted(String user)
            ? new Identity(user, user)
            : null;
    }
}
