package io.turnstone.protocol.stun;

import java.text.Normalizer;

/**
 * The OpaqueString profile of RFC 8265 §4, as far as it changes what two honest sides would hash: every non-ASCII space
 * becomes U+0020, then NFC. It does not refuse the code points that the profile forbids (controls, unassigned ones): a
 * string with these simply matches no account.
 */
final class OpaqueString {
    private OpaqueString() {}

    static String enforce(String text) {
        if (text.chars().allMatch(c -> c < 0x80)) {
            return text;
        }
        StringBuilder mapped = new StringBuilder(text.length());
        text.codePoints()
            .map(c -> Character.getType(c) == Character.SPACE_SEPARATOR ? ' ' : c)
            .forEach(mapped::appendCodePoint);
        return Normalizer.normalize(mapped, Normalizer.Form.NFC);
    }
}
