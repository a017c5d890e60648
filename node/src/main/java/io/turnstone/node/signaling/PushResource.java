package io.turnstone.node.signaling;

/**
 * Where a user agent is woken that keeps no connection (RFC 8599 §4.1.2). Immutable, any thread. It belongs to the user agent
 * and to who wakes it, and stands in nothing that others see.
 *
 * @param provider the push notification service (pn-provider), in lower case; empty for none
 * @param id how that knows the user agent (pn-prid), escapes resolved
 * @param parameter what else it needs (pn-param), escapes resolved; may be empty
 */
public record PushResource(String provider, String id, String parameter) {
    /** Of a user agent that is not woken. */
    public static final PushResource NONE = new PushResource("", "", "");

    boolean isNone() {
        return provider.isEmpty();
    }

    /** Hides by what the user agent is woken. */
    @Override
    public String toString() {
        return isNone() ? "none" : provider;
    }
}
