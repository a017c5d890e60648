package io.turnstone.node.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.HashMap;
import java.util.Map;

/** Lays {@link ClusterSettings} over {@code turnstone-pekko.conf} and Pekko's own reference. Any thread. */
final class PekkoConfig {
    private static final String RESOURCE = "turnstone-pekko.conf";

    /** How often one asks the seeds who cannot found a cluster. */
    private static final String ASK_AGAIN_AFTER = "500 ms";
    /** When the first seed founds a cluster without an answer: node.cluster decides that, long before. */
    private static final String NEVER = "60 s";

    private PekkoConfig() {}

    static Config of(ClusterSettings settings) {
        Map<String, Object> values = new HashMap<>();
        values.put("pekko.remote.artery.canonical.hostname", settings.host());
        values.put("pekko.remote.artery.canonical.port", settings.port());
        ClusterSettings.FailureTimes times = settings.failureTimes();
        values.put("pekko.cluster.failure-detector.heartbeat-interval", millis(times.heartbeatIntervalMs()));
        values.put("pekko.cluster.failure-detector.acceptable-heartbeat-pause", millis(times.acceptablePauseMs()));
        values.put("pekko.cluster.seed-node-timeout", isFirstSeed(settings) ? NEVER : ASK_AGAIN_AFTER);
        values.put("pekko.cluster.split-brain-resolver.stable-after", millis(times.stableAfterMs()));
        return ConfigFactory.parseMap(values, "the cluster's settings")
            .withFallback(ConfigFactory.parseResources(PekkoConfig.class.getClassLoader(), RESOURCE))
            .withFallback(ConfigFactory.defaultReference(PekkoConfig.class.getClassLoader()))
            .resolve();
    }

    private static boolean isFirstSeed(ClusterSettings settings) {
        return settings.seeds().isEmpty()
            || settings.seeds().getFirst().equals(settings.host() + ":" + settings.port());
    }

    private static String millis(long milliseconds) {
        return milliseconds + " ms";
    }
}
