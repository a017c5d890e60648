package io.turnstone.node.fabric;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.BitUtil;

/**
 * How the fabric of one process is built.
 *
 * @param control where the control lane listens, a resolved address; lane {@code i} listens on its port + 1 + i
 * @param directory where Aeron keeps its buffers: memory rather than disk
 * @param mediaTermBytes a third of the buffer per peer and lane at either end; a power of two from 1 MiB
 * @param mtuBytes the largest UDP payload; a multiple of 32
 * @param heartbeatMs how often a peer hears from this node
 * @param suspectAfterMs how long a peer may be silent; several heartbeats
 * @param queueBytesMax what may wait for one peer on the route stream
 * @param clientLivenessMs a duty cycle that stands still for longer makes Aeron give up, and the fabric rebuild it. Driver
 *     and client share a thread and so cannot miss each other: long is right, short is for tests
 */
public record FabricSettings(
    InetSocketAddress control,
    Path directory,
    int mediaTermBytes,
    int mtuBytes,
    long heartbeatMs,
    long suspectAfterMs,
    int queueBytesMax,
    long clientLivenessMs) {
    /** The largest media frame: a header and the largest UDP payload. */
    public static final int FRAME_BYTES_MAX = 65_536;

    /** The version of the messages between nodes since which frames are signed with NH; before, it was SipHash. */
    public static final int NH_SINCE_VERSION = 5;

    private static final int TERM_BYTES_MIN = 1 << 20;
    private static final int TERM_BYTES_MAX = 1 << 26;
    private static final int MTU_BYTES_MIN = 512;
    private static final int MTU_BYTES_MAX = 65_504;
    private static final int MTU_MULTIPLE = 32;
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    public FabricSettings {
        check(!control.isUnresolved(), "control", control, "an IP address and a port");
        check(control.getPort() > 0, "control", control, "a port from 1 to 65535");
        check(
            BitUtil.isPowerOfTwo(mediaTermBytes) && within(mediaTermBytes, TERM_BYTES_MIN, TERM_BYTES_MAX),
            "mediaTermBytes",
            mediaTermBytes,
            "a power of two from " + TERM_BYTES_MIN + " to " + TERM_BYTES_MAX);
        check(
            mtuBytes % MTU_MULTIPLE == 0 && within(mtuBytes, MTU_BYTES_MIN, MTU_BYTES_MAX),
            "mtuBytes",
            mtuBytes,
            "a multiple of " + MTU_MULTIPLE + " from " + MTU_BYTES_MIN + " to " + MTU_BYTES_MAX);
        check(heartbeatMs > 0, "heartbeatMs", heartbeatMs, "1 or more");
        check(suspectAfterMs >= 2 * heartbeatMs, "suspectAfterMs", suspectAfterMs, "at least two heartbeats");
        check(
            queueBytesMax >= FabricControl.MESSAGE_BYTES_MAX,
            "queueBytesMax",
            queueBytesMax,
            "at least one message of " + FabricControl.MESSAGE_BYTES_MAX);
        check(clientLivenessMs > 0, "clientLivenessMs", clientLivenessMs, "1 or more");
    }

    /** What suits a cluster in one data centre. */
    public static FabricSettings defaults(InetSocketAddress control) {
        Path directory = Files.isWritable(SHARED_MEMORY)
            ? SHARED_MEMORY
            : Path.of(System.getProperty("java.io.tmpdir"));
        return new FabricSettings(control, directory, TERM_BYTES_MIN, 1408, 75, 300, 4 << 20, 3_600_000);
    }

    public FabricSettings withHeartbeat(long intervalMs, long silenceMs) {
        return new FabricSettings(
            control, directory, mediaTermBytes, mtuBytes, intervalMs, silenceMs, queueBytesMax, clientLivenessMs);
    }

    public FabricSettings withQueueBytesMax(int bytesMax) {
        return new FabricSettings(
            control, directory, mediaTermBytes, mtuBytes, heartbeatMs, suspectAfterMs, bytesMax, clientLivenessMs);
    }

    public FabricSettings withClientLivenessMs(long livenessMs) {
        return new FabricSettings(
            control, directory, mediaTermBytes, mtuBytes, heartbeatMs, suspectAfterMs, queueBytesMax, livenessMs);
    }

    public FabricSettings withDirectory(Path elsewhere) {
        return new FabricSettings(
            control, elsewhere, mediaTermBytes, mtuBytes, heartbeatMs, suspectAfterMs, queueBytesMax, clientLivenessMs);
    }

    /** Where a lane listens. */
    public InetSocketAddress lane(int index) {
        return new InetSocketAddress(control.getAddress(), control.getPort() + 1 + index);
    }

    private static boolean within(int value, int min, int max) {
        return value >= min && value <= max;
    }

    private static void check(boolean allowed, String key, Object value, String rule) {
        if (!allowed) {
            throw new IllegalArgumentException("fabric " + key + " is " + value + "; allowed is " + rule);
        }
    }
}
