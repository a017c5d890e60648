package io.turnstone.node.auth;

import java.util.concurrent.TimeUnit;

/** Gives out the credentials that {@link CredentialStore} takes by {@link RestSecrets}. Immutable, any thread. */
public final class CredentialIssuer {
    private final RestSecrets secrets;

    /**
     * A credential for the long-term mechanism (RFC 8489 §9.2).
     *
     * @param lifetimeS for how many seconds it is good
     */
    public record Credential(String username, String password, long lifetimeS) {
        @Override
        public String toString() {
            return "Credential[" + username + "]";
        }
    }

    /**
     * @param secrets the first of them makes the passwords
     * @throws IllegalArgumentException if there is none
     */
    public CredentialIssuer(RestSecrets secrets) {
        if (secrets.secrets().isEmpty()) {
            throw new IllegalArgumentException("credentials need a shared secret to be made with");
        }
        this.secrets = secrets;
    }

    /**
     * @param lifetimeS seconds, at least 1
     * @param nowMs epoch milliseconds
     */
    public Credential issue(TurnUser user, long lifetimeS, long nowMs) {
        long expiryS = TimeUnit.MILLISECONDS.toSeconds(nowMs) + lifetimeS;
        String username = Long.toString(expiryS) + secrets.separator() + user.account();
        return new Credential(username, secrets.passwords(username).getFirst(), lifetimeS);
    }
}
