package io.turnstone.node.transport;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Sends datagrams from any socket of the process. Owned by one thread; each thread has its own. */
public interface DatagramSender {
    /** Room before a datagram in {@link #buffer}, for the headers that relaying puts in front. */
    int HEADROOM = 128;

    /** Room after the longest datagram, for padding. */
    int TAILROOM = 64;

    /** The longest UDP payload, rounded up. */
    int DATAGRAM_LENGTH_MAX = 0xFFFF;

    /**
     * A buffer of this sender's own, {@link #HEADROOM} + {@link #DATAGRAM_LENGTH_MAX} + {@link #TAILROOM}: sent from
     * uncopied. Ask for it anew for each datagram, and not while one is being received.
     */
    MutableDirectBuffer buffer();

    /**
     * Sends a datagram, or queues it until {@link #flush}. Its octets may not be changed before that if they lie in
     * {@link #buffer} or in a datagram that is being received.
     *
     * @param socket a handle of {@link Sockets}; one that has been closed meanwhile is a loss
     * @return false if the datagram was lost; the reason has been counted, as is that of one which is lost later
     */
    boolean send(int socket, DirectBuffer buffer, int offset, int length, long high, long low, int port);

    /** Sends what was queued. To be called at the end of every turn in which something was received or sent. */
    void flush();

    /**
     * As {@link #send} and at once, with the DF bit set (RFC 8656 §14.4). Slow: DF is an option of the socket, not of a datagram.
     */
    boolean sendDontFragment(
        int socket, DirectBuffer buffer, int offset, int length, long high, long low, int port);
}
