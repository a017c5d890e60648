package io.turnstone.loadtest.signaling;

/** The way between a user agent and the server. The loop's thread, but for {@link #close}. */
interface SipLink extends AutoCloseable {
    /** For the Via header field: {@code WS} or {@code UDP}. */
    String transport();

    /** The host and port where the user agent says it is reached, in its Via and Contact. */
    String host();

    /** A whole message. */
    void send(String message);

    @Override
    void close();
}
