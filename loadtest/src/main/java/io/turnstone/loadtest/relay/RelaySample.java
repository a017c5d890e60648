package io.turnstone.loadtest.relay;

import org.HdrHistogram.Histogram;

/**
 * One measurement. Immutable, any thread.
 *
 * @param sent packets that left for the server within the window
 * @param delivered packets that came out of it
 * @param roundTripNs from a client through the server, back from the far end and through the server again
 * @param serverSeconds CPU time of the server's processes; 0 if none is known
 * @param systemSeconds CPU time of the whole machine
 * @param generatorSeconds CPU time of the generator, and of what the kernel did for its packets before it went on
 */
public record RelaySample(double seconds, long sent, long delivered, Histogram roundTripNs, double serverSeconds,
    double systemSeconds, double generatorSeconds) {

    private static final double MILLION = 1e6;
    private static final double NS_PER_MICROSECOND = 1e3;

    public double packetsPerSecond() {
        return delivered / seconds;
    }

    /** What is on its way at the end of the window counts as lost, and what was at its beginning as gained. */
    public double lossPercent() {
        return sent == 0 ? 0 : Math.max(0, 100.0 * (sent - delivered) / sent);
    }

    public double serverSecondsPerMillion() {
        return serverSeconds * MILLION / Math.max(1, delivered);
    }

    /** Of the whole machine. */
    public double systemSecondsPerMillion() {
        return systemSeconds * MILLION / Math.max(1, delivered);
    }

    /** Of the machine but the generator. */
    public double othersSecondsPerMillion() {
        return (systemSeconds - generatorSeconds) * MILLION / Math.max(1, delivered);
    }

    public double roundTripMicroseconds(double percentile) {
        return roundTripNs.getValueAtPercentile(percentile) / NS_PER_MICROSECOND;
    }
}
