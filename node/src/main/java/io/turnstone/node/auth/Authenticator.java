package io.turnstone.node.auth;

import io.turnstone.node.auth.Authentication.Accepted;
import io.turnstone.node.auth.Authentication.Rejected;
import io.turnstone.node.auth.Nonces.Verdict;
import io.turnstone.protocol.stun.Credentials;
import io.turnstone.protocol.stun.LongTermKey;
import io.turnstone.protocol.stun.MessageIntegrity;
import io.turnstone.protocol.stun.NonceCookie;
import io.turnstone.protocol.stun.PasswordAlgorithm;
import io.turnstone.protocol.stun.StunAttribute;
import io.turnstone.protocol.stun.StunError;
import io.turnstone.protocol.stun.StunMessage;
import io.turnstone.protocol.stun.StunMethod;
import io.turnstone.protocol.stun.StunWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import javax.crypto.SecretKey;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The checks of the long-term credential mechanism in the order of RFC 8489 §9.2.4. Owned by one thread.
 *
 * <p>Two things are kinder on Allocate than on the other methods, or the other way round, both for the sake of calls that
 * are alive:
 * <ul>
 * <li>a nonce that is ours but old is good on Allocate: browsers take 438 there for a failure of the server;
 * <li>a REST credential that has run out is refused on Allocate only: what was allocated in its time may be kept, as with
 *     coturn, since browsers drop every connection when a Refresh fails.
 * </ul>
 */
public final class Authenticator {
    private static final Authentication BAD_REQUEST = new Rejected(StunError.BAD_REQUEST, false);
    private static final Authentication UNAUTHENTICATED = new Rejected(StunError.UNAUTHENTICATED, true);
    private static final Authentication STALE_NONCE = new Rejected(StunError.STALE_NONCE, true);
    private static final byte[] PASSWORD_ALGORITHMS = PasswordAlgorithm.encode(Nonces.PASSWORD_ALGORITHMS);
    private static final String PASSWORD_ALGORITHMS_TEXT = new String(PASSWORD_ALGORITHMS, StandardCharsets.ISO_8859_1);
    private static final float LOAD_FACTOR = 0.75f;

    private final CredentialStore credentials;
    private final Nonces nonces;
    private final Map<KeyName, SecretKey> provenKeys;
    private final MessageIntegrity integrity = new MessageIntegrity();
    private final UnsafeBuffer freshNonce = new UnsafeBuffer(new byte[Nonces.LENGTH]);

    private record KeyName(String username, PasswordAlgorithm algorithm) {}

    /** @param provenKeysMax how many keys that have once proved right are remembered, so that no guess fills the memory */
    public Authenticator(CredentialStore credentials, Nonces nonces, int provenKeysMax) {
        this.credentials = credentials;
        this.nonces = nonces;
        this.provenKeys = new LinkedHashMap<>(16, LOAD_FACTOR, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<KeyName, SecretKey> eldest) {
                return size() > provenKeysMax;
            }
        };
    }

    /** @param request of class request, with any method */
    public Authentication authenticate(StunMessage request, long nowMs) {
        Credentials sent = Credentials.of(request);
        if (!sent.hasAnyIntegrity()) {
            return UNAUTHENTICATED;
        }
        if ((sent.username() == null && sent.userHash() == null) || sent.realm() == null || sent.nonce() == null) {
            return BAD_REQUEST;
        }
        PasswordAlgorithm algorithm = algorithm(sent, sent.nonce());
        if (algorithm == null) {
            return BAD_REQUEST;
        }
        boolean allocates = request.method() == StunMethod.ALLOCATE;
        String username = sent.username() != null
            ? sent.username()
            : credentials.usernameOf(Objects.requireNonNull(sent.userHash()));
        if (username == null || (allocates && credentials.isExpired(username, nowMs))) {
            return UNAUTHENTICATED;
        }
        SecretKey key = provenKey(request, new KeyName(username, algorithm));
        if (key == null) {
            return UNAUTHENTICATED;
        }
        Verdict verdict = verifyNonce(request, nowMs);
        if (verdict == Verdict.FORGED || (verdict == Verdict.STALE && !allocates)) {
            return STALE_NONCE;
        }
        return new Accepted(credentials.account(username), key, namesAlgorithm(sent));
    }

    /** Adds REALM, a fresh NONCE and PASSWORD-ALGORITHMS to a response (RFC 8489 §9.2.4). */
    public void writeChallenge(StunWriter response, long nowMs) {
        nonces.write(freshNonce, 0, nowMs);
        response.utf8(StunAttribute.REALM, credentials.realm())
            .bytes(StunAttribute.NONCE, freshNonce, 0, Nonces.LENGTH)
            .bytes(StunAttribute.PASSWORD_ALGORITHMS, PASSWORD_ALGORITHMS);
    }

    /** The algorithm the request was made with; null if somebody has tampered with the choice, or the sender erred. */
    private static @Nullable PasswordAlgorithm algorithm(Credentials sent, String nonce) {
        int features = NonceCookie.features(nonce);
        if (features == NonceCookie.ABSENT
            || (features & NonceCookie.PASSWORD_ALGORITHMS) == 0
            || !namesAlgorithm(sent)) {
            return PasswordAlgorithm.MD5;
        }
        PasswordAlgorithm chosen = sent.passwordAlgorithm().isPresent()
            ? PasswordAlgorithm.ofNumber(sent.passwordAlgorithm().getAsInt())
            : null;
        return PASSWORD_ALGORITHMS_TEXT.equals(sent.passwordAlgorithms()) ? chosen : null;
    }

    private static boolean namesAlgorithm(Credentials sent) {
        return sent.passwordAlgorithm().isPresent() || sent.passwordAlgorithms() != null;
    }

    private @Nullable SecretKey provenKey(StunMessage request, KeyName name) {
        SecretKey known = provenKeys.get(name);
        if (known != null && proves(request, known)) {
            return known;
        }
        for (String password : credentials.passwords(name.username())) {
            SecretKey key = LongTermKey.of(name.algorithm(), name.username(), credentials.realm(), password);
            if (proves(request, key)) {
                provenKeys.put(name, key);
                return key;
            }
        }
        return null;
    }

    /** RFC 8489 §9.2.4: where MESSAGE-INTEGRITY-SHA256 is present, it decides. */
    private boolean proves(StunMessage request, SecretKey key) {
        return request.has(StunAttribute.MESSAGE_INTEGRITY_SHA256)
            ? integrity.verifySha256(request, key)
            : integrity.verify(request, key);
    }

    private Verdict verifyNonce(StunMessage request, long nowMs) {
        int valueIndex = request.find(StunAttribute.NONCE);
        return nonces.verify(request.buffer(), valueIndex, request.valueLength(valueIndex), nowMs);
    }
}
