package io.turnstone.node.transport.stream;

/**
 * What a peer may take up. Immutable, any thread.
 *
 * @param connectionsMax accepted connections in all
 * @param connectionsPerSourceMax accepted connections from one IPv4 address or one IPv6 /64
 * @param headerBytesMax of an HTTP request's line and of its header fields, and of a PROXY protocol header
 * @param messageBytesMax of a WebSocket message, all its fragments together
 * @param outboundBytesMax what may wait for one peer to take it in; at least one message
 */
public record StreamLimits(
    int connectionsMax, int connectionsPerSourceMax, int headerBytesMax, int messageBytesMax, int outboundBytesMax) {
    private static final int HEADER_BYTES_MIN = 512;
    private static final int BYTES_MAX = 1 << 24;

    /** Room for many clients behind one address, and for a message with the longest SDP that browsers send several times over. */
    public static final StreamLimits DEFAULT = new StreamLimits(50_000, 1_000, 8_192, 65_536, 524_288);

    public StreamLimits {
        Settings.check(connectionsMax > 0, "connectionsMax", connectionsMax, "1 or more");
        Settings.check(connectionsPerSourceMax > 0, "connectionsPerSourceMax", connectionsPerSourceMax, "1 or more");
        Settings.check(
            headerBytesMax >= HEADER_BYTES_MIN && headerBytesMax <= BYTES_MAX, "headerBytesMax", headerBytesMax,
            HEADER_BYTES_MIN + " to " + BYTES_MAX);
        Settings.check(
            messageBytesMax > 0 && messageBytesMax <= BYTES_MAX, "messageBytesMax", messageBytesMax,
            "1 to " + BYTES_MAX);
        Settings.check(
            outboundBytesMax >= messageBytesMax && outboundBytesMax <= BYTES_MAX, "outboundBytesMax", outboundBytesMax,
            "messageBytesMax to " + BYTES_MAX);
    }

    public StreamLimits withConnections(int max, int perSourceMax) {
        return new StreamLimits(max, perSourceMax, headerBytesMax, messageBytesMax, outboundBytesMax);
    }

    public StreamLimits withHeaderBytesMax(int bytes) {
        return new StreamLimits(connectionsMax, connectionsPerSourceMax, bytes, messageBytesMax, outboundBytesMax);
    }

    public StreamLimits withMessageBytes(int messageMax, int outboundMax) {
        return new StreamLimits(connectionsMax, connectionsPerSourceMax, headerBytesMax, messageMax, outboundMax);
    }
}
