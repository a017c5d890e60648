package io.turnstone.node.transport.stream;

/**
 * How long things may take, in milliseconds; each is kept to about {@link StreamLoop#TICK_MS}. Immutable, any thread.
 *
 * @param connectMs until an outbound TCP connection stands
 * @param handshakeMs from a TCP connection to the end of the last handshake
 * @param messageMs from the first octet of a WebSocket message to its last
 * @param pingMs silence of a WebSocket after which it is pinged
 * @param pongMs silence after that Ping until it is given up
 * @param closeMs until the peer's half of a close
 * @param certificateMs between two looks at the files of certificates and keys
 */
public record StreamTimes(
    long connectMs, long handshakeMs, long messageMs, long pingMs, long pongMs, long closeMs, long certificateMs) {
    /** JsSIP sends nothing of its own; balancers and home routers forget a silent connection within a minute. */
    public static final StreamTimes DEFAULT = new StreamTimes(5_000, 10_000, 30_000, 25_000, 10_000, 2_000, 10_000);

    public StreamTimes {
        checkPositive("connectMs", connectMs);
        checkPositive("handshakeMs", handshakeMs);
        checkPositive("messageMs", messageMs);
        checkPositive("pingMs", pingMs);
        checkPositive("pongMs", pongMs);
        checkPositive("closeMs", closeMs);
        checkPositive("certificateMs", certificateMs);
    }

    public StreamTimes withHandshakeMs(long ms) {
        return new StreamTimes(connectMs, ms, messageMs, pingMs, pongMs, closeMs, certificateMs);
    }

    public StreamTimes withMessageMs(long ms) {
        return new StreamTimes(connectMs, handshakeMs, ms, pingMs, pongMs, closeMs, certificateMs);
    }

    public StreamTimes withPing(long afterMs, long answerMs) {
        return new StreamTimes(connectMs, handshakeMs, messageMs, afterMs, answerMs, closeMs, certificateMs);
    }

    public StreamTimes withCloseMs(long ms) {
        return new StreamTimes(connectMs, handshakeMs, messageMs, pingMs, pongMs, ms, certificateMs);
    }

    public StreamTimes withCertificateMs(long ms) {
        return new StreamTimes(connectMs, handshakeMs, messageMs, pingMs, pongMs, closeMs, ms);
    }

    private static void checkPositive(String key, long value) {
        Settings.check(value > 0, key, value, "1 or more");
    }
}
