package io.turnstone.node.transport.stream;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What all streams of a process share. Immutable, any thread.
 *
 * @param threads event loops
 * @param epoll whether Linux' epoll is used where its library loads; NIO otherwise
 * @param trustedCertificates PEM file of the authorities that servers we connect to are checked against; null for the
 *     JDK's own list
 */
public record StreamSettings(
    int threads, boolean epoll, StreamLimits limits, StreamTimes times, @Nullable Path trustedCertificates) {
    private static final int THREADS_MAX = 256;

    public StreamSettings {
        Settings.check(threads > 0 && threads <= THREADS_MAX, "threads", threads, "1 to " + THREADS_MAX);
    }

    /** @param threads event loops; half the processors suit a node that relays media too */
    public static StreamSettings defaults(int threads) {
        return new StreamSettings(threads, true, StreamLimits.DEFAULT, StreamTimes.DEFAULT, null);
    }

    public StreamSettings withEpoll(boolean wanted) {
        return new StreamSettings(threads, wanted, limits, times, trustedCertificates);
    }

    public StreamSettings withLimits(StreamLimits others) {
        return new StreamSettings(threads, epoll, others, times, trustedCertificates);
    }

    public StreamSettings withTimes(StreamTimes others) {
        return new StreamSettings(threads, epoll, limits, others, trustedCertificates);
    }

    public StreamSettings withTrustedCertificates(Path file) {
        return new StreamSettings(threads, epoll, limits, times, file);
    }
}
