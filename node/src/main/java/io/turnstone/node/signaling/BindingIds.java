package io.turnstone.node.signaling;

import io.turnstone.node.auth.SipHash;

/**
 * Hashes that names of bindings consist of, the same on every node and after every restart. One thread. No secret is in
 * them, for a name outlives the cluster's keys; where others see one, it is inside a {@link SealedTokens token}.
 */
final class BindingIds {
    private final SipHash hash = new SipHash(new byte[SipHash.KEY_BYTES]);

    long addressOfRecord(String text) {
        return put(hash.begin(), text).end().first();
    }

    /** Of a part of what is known of an address-of-record's presence. */
    long presence(String addressOfRecord, String name) {
        return put(put(hash.begin(), addressOfRecord).put((byte) 0), name).end().first();
    }

    /**
     * Of a user agent's flow (RFC 5626 §4.2), of where it is woken (RFC 8599 §5.3), or of a contact where there is no such
     * thing.
     */
    BindingId of(String addressOfRecord, Registration.Contact contact) {
        hash.begin();
        if (contact.registrationId() != 0) {
            put(hash.put(contact.registrationId()), contact.instance());
        } else if (contact.push().isNone()) {
            put(hash, contact.uri());
        } else {
            put(put(put(hash, contact.push().provider()), contact.push().id()), contact.push().parameter());
        }
        long binding = hash.end().first();
        return new BindingId(addressOfRecord(addressOfRecord), binding);
    }

    /** Of an address outside, which stands in branches and tokens like a binding: by the name it goes under, and by itself. */
    BindingId of(String host, Hop hop) {
        return new BindingId(addressOfRecord(host), addressOfRecord(hop.transport() + " " + hop.address()));
    }

    /** By which a temporary GRUU knows whether its Call-ID is still the one that registers (RFC 5627 §3.2). */
    int callId(String text) {
        return (int) put(hash.begin(), text).end().first();
    }

    private static SipHash put(SipHash hash, String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            hash.put((byte) (unit >> Byte.SIZE)).put((byte) unit);
        }
        return hash;
    }
}
