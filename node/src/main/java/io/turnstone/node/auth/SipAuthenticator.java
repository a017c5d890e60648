package io.turnstone.node.auth;

import io.turnstone.protocol.sip.DigestParameters;
import io.turnstone.protocol.sip.DigestParameters.Name;
import io.turnstone.protocol.sip.SipHeader;
import io.turnstone.protocol.sip.SipMessage;
import io.turnstone.protocol.sip.SipText;
import io.turnstone.protocol.sip.SipWriter;
import io.turnstone.protocol.stun.LongTermKey;
import io.turnstone.protocol.stun.PasswordAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Digest authentication of SIP requests (RFC 3261 §22, RFC 8760) against the users that TURN has, and by bearer tokens (RFC
 * 8898) where an issuer's are taken. Owned by one thread; the instances of all nodes with the same {@link ClusterKeys} and
 * users agree, and none remembers its challenges.
 *
 * <p>A challenge offers SHA-256 first and MD5 last, because browser libraries know MD5 only and take the last one (a bearer token's stands before both), and
 * {@code qop="auth"} only, because one of them would otherwise protect bodies. An MD5 response without qop, as RFC 2617
 * and RFC 3261 §22.4 have it for older clients, is taken too; nothing keeps that from being repeated while its nonce is
 * good. What is known of nonce counts, {@link NonceCounts} says.
 *
 * <p>The digest's own URI is not compared with the Request-URI, which a proxy in between may have changed (RFC 7616
 * §3.4.6).
 */
public final class SipAuthenticator {
    /** What the credentials of a request are worth. */
    public enum Verdict {
        /** The sender knows the password of {@link SipAuthenticator#account}. */
        ACCEPTED,
        /** No credentials for this realm, or wrong ones, or their time has passed: answer with a challenge. */
        UNAUTHENTICATED,
        /** Right, but the nonce is old, not ours or used up: answer with a challenge that says so. */
        STALE,
        /** The credentials cannot be read: answer 400. */
        MALFORMED
    }

    private static final float LOAD_FACTOR = 0.75f;
    private static final int REMEMBERED_NONCES = 1 << 14;
    private static final Logger LOG = LoggerFactory.getLogger(SipAuthenticator.class);
    private static final byte[] QOP_AUTH = "auth".getBytes(StandardCharsets.US_ASCII);
    /** What is offered unless a setting says otherwise, in this order. */
    private static final List<PasswordAlgorithm> ALL = List.of(PasswordAlgorithm.SHA_256, PasswordAlgorithm.MD5);

    private final CredentialStore credentials;
    private final List<PasswordAlgorithm> offered;
    private final byte[] realm;
    private final Nonces nonces;
    private final NonceCounts counts = new NonceCounts(REMEMBERED_NONCES);
    private final Map<KeyName, byte[]> provenKeys;
    private DigestParameters parameters = new DigestParameters();
    private final SipDigest md5 = new SipDigest(PasswordAlgorithm.MD5);
    private final SipDigest sha256 = new SipDigest(PasswordAlgorithm.SHA_256);
    private final SipText text = new SipText();
    private final UnsafeBuffer nonce = new UnsafeBuffer(new byte[Nonces.LENGTH]);
    private final @Nullable BearerTokens tokens;
    private String account = "";
    private boolean tokenRefused;

    private record KeyName(String username, PasswordAlgorithm algorithm) {}

    /** As the other one, with all algorithms and without bearer tokens. */
    public SipAuthenticator(CredentialStore credentials, Nonces nonces, int provenKeysMax) {
        this(credentials, nonces, provenKeysMax, ALL, null);
    }

    /**
     * @param provenKeysMax how many keys that have once proved right are remembered, so that no guess fills the memory
     * @param offered the only algorithms of passwords that are offered and taken, in the order of the challenges
     * @param tokens null where none are taken
     */
    public SipAuthenticator(CredentialStore credentials, Nonces nonces, int provenKeysMax,
        List<PasswordAlgorithm> offered, @Nullable BearerTokens tokens) {
        this.credentials = credentials;
        this.offered = List.copyOf(offered);
        this.tokens = tokens;
        this.realm = credentials.realm().getBytes(StandardCharsets.UTF_8);
        this.nonces = nonces;
        this.provenKeys = new LinkedHashMap<>(16, LOAD_FACTOR, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<KeyName, byte[]> eldest) {
                return size() > provenKeysMax;
            }
        };
    }

    /** Of what was accepted last: the username without the expiry of a REST credential, or the user that a token names. */
    public String account() {
        return account;
    }

    /** The realm in UTF-8, by which a proxy knows the credentials that were meant for it (RFC 3261 §22.3). */
    public byte[] realm() {
        return realm;
    }

    /**
     * Looks at the first credentials that are a bearer token, or for this realm by an algorithm that was offered.
     *
     * @param header {@link SipHeader#AUTHORIZATION} for a registrar, {@link SipHeader#PROXY_AUTHORIZATION} for a proxy
     * @param nowMs epoch milliseconds
     */
    public Verdict authenticate(SipMessage request, SipHeader header, long nowMs) {
        tokenRefused = false;
        for (int row = request.first(header); row != SipMessage.NOT_FOUND; row = request.next(row)) {
            DigestParameters read = request.credentials(row);
            if (read == null) {
                return Verdict.MALFORMED;
            }
            parameters = read;
            if (tokens != null && parameters.isScheme("bearer")) {
                return verify(tokens, nowMs);
            }
            PasswordAlgorithm algorithm = parameters.equals(Name.REALM, realm) ? algorithm() : null;
            if (algorithm != null && offered.contains(algorithm)) {
                return verify(request, algorithm, nowMs);
            }
        }
        return Verdict.UNAUTHENTICATED;
    }

    /** RFC 8898 §2. */
    private Verdict verify(BearerTokens taken, long nowMs) {
        byte[] token = new byte[parameters.end() - parameters.parametersStart()];
        parameters.buffer().getBytes(parameters.parametersStart(), token);
        return switch (taken.verify(new String(token, StandardCharsets.US_ASCII), nowMs)) {
            case BearerTokens.Verdict.Accepted(String user) -> {
                account = user;
                yield Verdict.ACCEPTED;
            }
            case BearerTokens.Verdict.Refused(String reason) -> {
                LOG.debug("A bearer token is not taken: {}", reason);
                tokenRefused = true;
                yield Verdict.UNAUTHENTICATED;
            }
        };
    }

    /** RFC 7616 §3.4: without the parameter MD5 was used. */
    private @Nullable PasswordAlgorithm algorithm() {
        if (!parameters.has(Name.ALGORITHM) || parameters.equalsIgnoreCase(Name.ALGORITHM, "md5")) {
            return PasswordAlgorithm.MD5;
        }
        return parameters.equalsIgnoreCase(Name.ALGORITHM, "sha-256") ? PasswordAlgorithm.SHA_256 : null;
    }

    private Verdict verify(SipMessage request, PasswordAlgorithm algorithm, long nowMs) {
        boolean counted = parameters.has(Name.QOP);
        long count = parameters.nonceCount();
        if (!parameters.isComplete()) {
            return Verdict.MALFORMED;
        }
        if (counted && (count == DigestParameters.NOT_FOUND || !parameters.has(Name.CNONCE))) {
            return Verdict.MALFORMED;
        }
        boolean offered = counted
            ? parameters.equalsIgnoreCase(Name.QOP, "auth")
            : algorithm == PasswordAlgorithm.MD5;
        String username = parameters.value(Name.USERNAME);
        if (!offered || credentials.isExpired(username, nowMs)) {
            return Verdict.UNAUTHENTICATED;
        }
        if (!proves(request, username, algorithm, counted)) {
            return Verdict.UNAUTHENTICATED;
        }
        int start = unquotedStart(Name.NONCE);
        int length = unquotedEnd(Name.NONCE) - start;
        if (nonces.verify(parameters.buffer(), start, length, nowMs) != Nonces.Verdict.VALID
            || (counted && !counts.use(parameters.buffer(), start, count))) {
            return Verdict.STALE;
        }
        account = credentials.account(username);
        return Verdict.ACCEPTED;
    }

    private boolean proves(SipMessage request, String username, PasswordAlgorithm algorithm, boolean counted) {
        SipDigest digest = algorithm == PasswordAlgorithm.MD5 ? md5 : sha256;
        byte[] request2 = put(
            digest.begin().put(request.buffer(), request.methodStart(), request.methodEnd()).colon(),
            Name.URI).hash();
        KeyName name = new KeyName(username, algorithm);
        byte[] known = provenKeys.get(name);
        if (known != null && isResponse(response(digest, known, request2, counted))) {
            return true;
        }
        for (String password : credentials.passwords(username)) {
            byte[] key = SipDigest.hex(
                LongTermKey.of(algorithm, username, credentials.realm(), password).getEncoded());
            if (isResponse(response(digest, key, request2, counted))) {
                provenKeys.put(name, key);
                return true;
            }
        }
        return false;
    }

    private byte[] response(SipDigest digest, byte[] key, byte[] request2, boolean counted) {
        put(digest.begin().put(key).colon(), Name.NONCE).colon();
        if (counted) {
            put(digest, Name.NC).colon();
            put(digest, Name.CNONCE).colon().put(QOP_AUTH).colon();
        }
        return digest.put(request2).hash();
    }

    private SipDigest put(SipDigest digest, Name name) {
        return digest.put(parameters.buffer(), unquotedStart(name), unquotedEnd(name));
    }

    private boolean isResponse(byte[] expected) {
        int start = unquotedStart(Name.RESPONSE);
        byte[] sent = new byte[unquotedEnd(Name.RESPONSE) - start];
        parameters.buffer().getBytes(start, sent);
        return MessageDigest.isEqual(expected, sent);
    }

    private boolean isQuoted(Name name) {
        return parameters.buffer().getByte(parameters.start(name)) == '"';
    }

    private int unquotedStart(Name name) {
        return isQuoted(name) ? parameters.start(name) + 1 : parameters.start(name);
    }

    private int unquotedEnd(Name name) {
        return isQuoted(name) ? parameters.end(name) - 1 : parameters.end(name);
    }

    /**
     * Adds the challenges with a fresh nonce (RFC 8760 §2.4: the preferred one first), for what {@link #authenticate} has
     * looked at last.
     *
     * @param header {@link SipHeader#WWW_AUTHENTICATE} for a registrar, {@link SipHeader#PROXY_AUTHENTICATE} for a proxy
     * @param stale whether the client may try again without asking its user (RFC 7616 §3.3)
     */
    public void writeChallenges(SipWriter response, SipHeader header, boolean stale, long nowMs) {
        if (tokens != null) {
            response.header(header, tokenChallenge(tokens));
        }
        nonces.write(nonce, 0, nowMs);
        for (PasswordAlgorithm algorithm : offered) {
            response.header(header, challenge(algorithm == PasswordAlgorithm.MD5 ? "MD5" : "SHA-256", stale));
        }
    }

    /** RFC 8898 §4. */
    private SipText tokenChallenge(BearerTokens taken) {
        text.clear().append("Bearer realm=").appendQuoted(credentials.realm());
        if (!taken.authorizationServer().isEmpty()) {
            text.append(", authz_server=").appendQuoted(taken.authorizationServer());
        }
        return text.append(tokenRefused ? ", error=\"invalid_token\"" : "");
    }

    private SipText challenge(String algorithm, boolean stale) {
        text.clear().append("Digest realm=").appendQuoted(credentials.realm());
        text.append(", nonce=\"").append(nonce, 0, Nonces.LENGTH).append("\", ");
        return text.append(stale ? "stale=true, algorithm=" : "algorithm=").append(algorithm).append(", qop=\"auth\"");
    }
}
