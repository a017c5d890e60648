package io.turnstone.node.transport;

/** Receives and sends for one forwarder thread, which alone calls it, except for {@link #wakeup}. */
public interface DatagramIo extends DatagramSender {
    /**
     * Delivers what has arrived, never waits. No socket gets a second turn before every other one with something to
     * read had its first.
     *
     * @param limit about how many datagrams to deliver at most; the rest is delivered by the next call
     * @return about how many were delivered; 0 is no proof that nothing is there, for which ask {@link #await}
     */
    int poll(DatagramHandler handler, int limit);

    /**
     * Flushes, then waits until something has arrived, {@link #wakeup} is called, or the time is over, rounded up to
     * milliseconds.
     */
    void await(long timeoutNs);

    /** Ends a current or the next {@link #await}. Any thread. */
    void wakeup();
}
