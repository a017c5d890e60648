package io.turnstone.loadtest.client;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What a flow of probes has shown so far.
 *
 * @param received distinct probes that arrived
 * @param reordered probes that arrived after one with a higher number
 * @param longestGapNs the longest time between two arrivals
 * @param latencyNs from sending to arrival, in one process and therefore by one clock
 */
public record ProbeReport(long sent, long received, long duplicates, long reordered, long longestGapNs,
    Histogram latencyNs) {

    public long lost() {
        return sent - received;
    }

    public double latencyMs(double percentile) {
        return latencyNs.getValueAtPercentile(percentile) / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT,
            "sent %d, lost %d, duplicates %d, reordered %d, longest gap %.1f ms, latency p50 %.3f ms, p99 %.3f ms",
            sent,
            lost(), duplicates, reordered, longestGapNs / 1e6, latencyMs(50), latencyMs(99));
    }
}
