package io.turnstone.node.auth;

import io.turnstone.protocol.stun.MessageIntegrity;
import io.turnstone.protocol.stun.StunError;
import io.turnstone.protocol.stun.StunWriter;
import javax.crypto.SecretKey;

/** What {@link Authenticator} found out about a request. Immutable, any thread. */
public sealed interface Authentication {
    /**
     * The sender knows the password.
     *
     * @param account under which allocations are kept and counted; the username without the expiry of a REST credential
     * @param key by which the response is protected
     * @param sha256 whether the response carries MESSAGE-INTEGRITY-SHA256 instead of MESSAGE-INTEGRITY
     */
    record Accepted(String account, SecretKey key, boolean sha256) implements Authentication {
        /** Adds the integrity attribute that a response to this request needs (RFC 8489 §9.2.4). */
        public void protect(StunWriter response, MessageIntegrity integrity) {
            if (sha256) {
                response.messageIntegritySha256(integrity, key);
            } else {
                response.messageIntegrity(integrity, key);
            }
        }
    }

    /**
     * The request is answered with an error that nothing protects.
     *
     * @param challenge whether the answer carries REALM, NONCE and PASSWORD-ALGORITHMS
     */
    record Rejected(StunError error, boolean challenge) implements Authentication {}
}
