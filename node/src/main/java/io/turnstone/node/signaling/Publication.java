package io.turnstone.node.signaling;

/**
 * A document that a user has published (RFC 3903). Immutable, any thread; a record of values, so that it can be replicated as
 * it is.
 *
 * @param etag its name, a new one each time that it is published, changed or refreshed
 * @param expiryMs when it ends, in epoch milliseconds
 * @param contentType as it stood
 * @param body as it stood
 */
public record Publication(String etag, long expiryMs, String contentType, String body) {
    boolean isLive(long nowMs) {
        return nowMs < expiryMs;
    }
}
