package io.turnstone.node.signaling;

/**
 * A document that a user has published (RFC 3903). Immutable, any thread; a record of values, so that it can be replicated as
 * it is.
 *
 * @param name the first of its entity-tags
 * @param etag its entity-tag, a new one each time that it is published, changed or refreshed
 * @param changedMs when it was published or changed, in epoch milliseconds
 * @param expiryMs when it ends, in epoch milliseconds
 * @param contentType as it stood
 * @param body as it stood
 */
public record Publication(
    String name, String etag, long changedMs, long expiryMs, String contentType, String body) implements PresenceItem {
    @Override
    public Publication replicated() {
        return this;
    }
}
