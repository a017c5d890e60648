package io.turnstone.loadtest.client;

/**
 * How often and for how long a request is sent again. The presets are what real clients do.
 *
 * @param firstMs the wait after the first send; it doubles from there
 * @param maxMs the longest wait
 * @param sends how often the request leaves in all; after the last one a last wait, then the client gives up
 */
public record RetryPolicy(long firstMs, long maxMs, int sends) {
    /** Chrome, Edge, Safari. */
    public static final RetryPolicy LIBWEBRTC = new RetryPolicy(250, 8_000, 9);
    /** Firefox. */
    public static final RetryPolicy NICER = new RetryPolicy(100, 3_200, 7);
    public static final RetryPolicy PION = new RetryPolicy(200, 1_600, 7);
    /** One datagram and a second of patience: for a test that wants to see silence. */
    public static final RetryPolicy ONCE = new RetryPolicy(1_000, 1_000, 1);

    long waitMs(int sent) {
        return Math.min(firstMs << Math.min(sent - 1, 20), maxMs);
    }
}
