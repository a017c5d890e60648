package io.turnstone.node.transport.stream;

import io.turnstone.protocol.net.TransportAddress;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/** One connection, from its handshake to its end. Any thread. */
public interface StreamFlow {
    /** Unique for the life of the process; above 0. */
    long id();

    StreamTransport transport();

    /** Whether this node made the connection. */
    boolean isOutbound();

    /** The path that it was opened at, if that has a subprotocol of its own ({@link WebSocketPath}); empty otherwise. */
    default String path() {
        return "";
    }

    /** Where the peer connected to: this machine's address, or what a trusted proxy says. */
    TransportAddress local();

    /** The peer's address: the client's own if a trusted proxy tells it. */
    TransportAddress remote();

    /**
     * Sends one message (WebSocket) or octets. What one thread sends is sent in that order. A message that is well-formed
     * UTF-8 leaves as text, any other one as binary, which no browser takes for an error.
     *
     * <p>What the peer does not take in waits, up to {@link StreamLimits#outboundBytesMax}; a peer that lets more gather
     * loses its connection.
     *
     * @param buffer copied before this method returns
     * @return false if the flow is not open or was too slow a reader
     */
    boolean send(DirectBuffer buffer, int offset, int length);

    /** Ends it when all that was sent has left: a WebSocket by code 1000 (RFC 6455 §7.4.1). */
    default void close() {
        close(StreamClosure.NORMAL);
    }

    /**
     * Ends it when all that was sent has left. Never calls the handler before it returns.
     *
     * @param code of the Close frame (RFC 6455 §7.4); of no meaning to TCP and TLS
     * @throws IllegalArgumentException for a code that may not be sent
     */
    void close(int code);

    /** Whether {@link #send} may succeed. */
    boolean isOpen();

    /** Whatever the handler keeps with this flow, or null. */
    @Nullable
    Object attachment();

    /** Keeps something with this flow, for all threads to see. */
    void attach(Object state);
}
