package io.turnstone.node.doors;

import io.turnstone.node.auth.IceUrls;
import java.util.List;

/**
 * What can be set about doors. Immutable, any thread.
 *
 * @param keys whose requests are answered
 * @param urls of this service
 * @param defaultLifetimeS seconds for which a credential is good that nobody asked to be longer or shorter
 * @param maximumLifetimeS seconds that may be asked for at most
 * @param requestsPerSecond of each key; of all requests without one
 */
public record DoorSettings(
    List<ApiKey> keys, IceUrls urls, long defaultLifetimeS, long maximumLifetimeS, int requestsPerSecond) {
    public DoorSettings {
        keys = List.copyOf(keys);
    }
}
