package io.turnstone.protocol.stun;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a request says about who sent it (RFC 8489 §9.2.3), as it was sent and not yet checked. Immutable, any thread.
 * Octets that are not text by their definition (nonce, list of algorithms) are kept as ISO 8859-1, one char per octet.
 *
 * @param username null if absent
 * @param userHash null if absent or not 32 octets
 * @param realm null if absent
 * @param nonce null if absent
 * @param passwordAlgorithm the number in PASSWORD-ALGORITHM; 0 (reserved) if the attribute is malformed or has parameters
 * @param passwordAlgorithms the whole value of PASSWORD-ALGORITHMS, to be compared with what the server had sent; or null
 * @param hasIntegrity whether MESSAGE-INTEGRITY is there
 * @param hasIntegritySha256 whether MESSAGE-INTEGRITY-SHA256 is there
 */
public record Credentials(
    @Nullable String username,
    @Nullable UserHash userHash,
    @Nullable String realm,
    @Nullable String nonce,
    OptionalInt passwordAlgorithm,
    @Nullable String passwordAlgorithms,
    boolean hasIntegrity,
    boolean hasIntegritySha256) {
    private static final int PASSWORD_ALGORITHM_LENGTH = 4;

    public static Credentials of(StunMessage request) {
        return new Credentials(
            utf8(request, StunAttribute.USERNAME),
            userHash(request),
            utf8(request, StunAttribute.REALM),
            octets(request, StunAttribute.NONCE),
            passwordAlgorithm(request),
            octets(request, StunAttribute.PASSWORD_ALGORITHMS),
            request.has(StunAttribute.MESSAGE_INTEGRITY),
            request.has(StunAttribute.MESSAGE_INTEGRITY_SHA256));
    }

    public boolean hasAnyIntegrity() {
        return hasIntegrity || hasIntegritySha256;
    }

    private static @Nullable String utf8(StunMessage request, int type) {
        int valueIndex = request.find(type);
        return valueIndex == StunMessage.NOT_FOUND ? null : request.utf8(valueIndex);
    }

    private static @Nullable String octets(StunMessage request, int type) {
        int valueIndex = request.find(type);
        return valueIndex == StunMessage.NOT_FOUND
            ? null
            : new String(request.bytes(valueIndex), StandardCharsets.ISO_8859_1);
    }

    private static @Nullable UserHash userHash(StunMessage request) {
        int valueIndex = request.find(StunAttribute.USERHASH);
        return valueIndex == StunMessage.NOT_FOUND || request.valueLength(valueIndex) != UserHash.LENGTH
            ? null
            : UserHash.ofBytes(request.bytes(valueIndex));
    }

    private static OptionalInt passwordAlgorithm(StunMessage request) {
        int valueIndex = request.find(StunAttribute.PASSWORD_ALGORITHM);
        if (valueIndex == StunMessage.NOT_FOUND) {
            return OptionalInt.empty();
        }
        if (request.valueLength(valueIndex) != PASSWORD_ALGORITHM_LENGTH) {
            return OptionalInt.of(0);
        }
        ByteBuffer value = ByteBuffer.wrap(request.bytes(valueIndex));
        int number = value.getShort() & 0xFFFF;
        return OptionalInt.of(value.getShort() == 0 ? number : 0);
    }
}
