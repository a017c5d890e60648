package io.turnstone.node.transport;

/**
 * Receives and sends for one forwarder, whose thread alone calls it, except for {@link #wakeup}. Which thread that is may
 * change where one hands the forwarder to another in a way that publishes what it wrote.
 */
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

    /**
     * From now on the thread of this one runs the other one too: {@link #await} waits for both, and the other's
     * {@link #poll} asks the system only when it was found to have something.
     *
     * @return false if that cannot be done, and nothing has changed
     */
    default boolean attend(DatagramIo other) {
        return false;
    }

    /** Ends {@link #attend(DatagramIo)}, on the same thread. */
    default void dismiss(DatagramIo other) {}

    /**
     * From now on {@link #await} ends also when something has come to a socket of that set, and says so to the set.
     *
     * @return false if that cannot be done, and nothing has changed
     */
    default boolean attend(EpollSet other) {
        return false;
    }

    /** Ends {@link #attend(EpollSet)}, on the same thread. */
    default void dismiss(EpollSet other) {}
}
