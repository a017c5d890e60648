package io.turnstone.node.signaling;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/**
 * How user agents are woken (RFC 8599). Immutable, any thread.
 *
 * @param providers the services that can be asked, in lower case; without any the RFC's parameters mean nothing here
 * @param waitMs how long an INVITE waits for who was woken to register, in milliseconds
 */
public record PushSettings(SequencedSet<String> providers, long waitMs, PushNotifier notifier) {
    /** Nobody is woken. */
    public static final PushSettings NONE = new PushSettings(new LinkedHashSet<>(), 0, _ -> false);

    public PushSettings {
        providers = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(providers));
    }

    public static PushSettings of(List<String> providers, long waitMs, PushNotifier notifier) {
        return new PushSettings(new LinkedHashSet<>(providers), waitMs, notifier);
    }

    boolean serves(PushResource resource) {
        return providers.contains(resource.provider());
    }
}
