package io.turnstone.loadtest.size;

import io.turnstone.loadtest.server.Metrics;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the machine, the nodes and the clients had done up to one moment; the difference of two is what a window cost.
 *
 * @param cpuSeconds user and system time of all nodes together
 * @param fabricBytes that all nodes handed to the fabric's sockets, Aeron's headers and messages included
 * @param lag announcements by the seconds until their acknowledgement, at most
 * @param idleSeconds of all cores together
 * @param machineSeconds of all cores together, idle or not
 */
record Reading(double atSeconds, double cpuSeconds, double fabricBytes, SortedMap<Double, Double> lag,
    long changed, long failed, double idleSeconds, double machineSeconds) {
    private static final double TICKS_PER_SECOND = 100;
    private static final int IDLE_FIELD = 4;
    /** Guest time, after these, is within user time. */
    private static final int END_FIELD = 9;

    static Reading of(List<TurnstoneNode> nodes, Population population) {
        double cpu = nodes.stream().mapToDouble(node -> node.process().cpuSeconds()).sum();
        double bytes = 0;
        SortedMap<Double, Double> lag = new TreeMap<>();
        for (TurnstoneNode node : nodes) {
            Metrics metrics = node.admin().metrics();
            bytes += metrics.sum("turnstone_fabric_aeron_bytes_sent_total");
            metrics.buckets("turnstone_replication_lag_seconds")
                .forEach((bound, count) -> lag.merge(bound, count, Double::sum));
        }
        double[] machine = machineTicks();
        return new Reading(System.nanoTime() / 1e9, cpu, bytes, lag, population.changed(), population.failed(),
            machine[IDLE_FIELD] / TICKS_PER_SECOND, Arrays.stream(machine).sum() / TICKS_PER_SECOND);
    }

    Reading since(Reading before) {
        SortedMap<Double, Double> lagSince = new TreeMap<>(lag);
        before.lag.forEach((bound, count) -> lagSince.merge(bound, -count, Double::sum));
        return new Reading(atSeconds - before.atSeconds, cpuSeconds - before.cpuSeconds,
            fabricBytes - before.fabricBytes, lagSince, changed - before.changed, failed - before.failed,
            idleSeconds - before.idleSeconds, machineSeconds - before.machineSeconds);
    }

    /** The bound under which that share of the announcements was acknowledged, in ms. */
    double lagMs(double quantile) {
        double total = lag.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
        for (Map.Entry<Double, Double> bucket : lag.entrySet()) {
            if (bucket.getValue() >= total * quantile) {
                return bucket.getKey() * 1e3;
            }
        }
        return 0;
    }

    double idlePercent() {
        return 100 * idleSeconds / machineSeconds;
    }

    /** The first line of {@code /proc/stat}: clock ticks of all cores by what they did, after a name. */
    private static double[] machineTicks() {
        try {
            String[] fields = Files.readString(Path.of("/proc/stat")).lines().findFirst().orElseThrow().split(" +", -1);
            double[] ticks = new double[END_FIELD];
            for (int i = 1; i < END_FIELD; i++) {
                ticks[i] = Double.parseDouble(fields[i]);
            }
            return ticks;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
