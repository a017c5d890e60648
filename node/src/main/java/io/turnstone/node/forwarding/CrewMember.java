package io.turnstone.node.forwarding;

import io.turnstone.node.transport.DatagramIo;

/**
 * What a thread of a {@link ForwarderCrew} runs: a forwarder or a lane of the fabric. Only one thread at a time does, which
 * changes where one hands it to another in a way that publishes what it wrote.
 */
public interface CrewMember {
    String roleName();

    /** One turn; never waits. */
    int doWork();

    /**
     * Whether a turn is worth while, asked before each one by a thread that runs other members too.
     *
     * @param nowNs of the clock by which the crew measures
     */
    boolean isDue(long nowNs);

    /** On its own thread: waits for work unless the turn did some. A call from another thread or a datagram ends it. */
    void idle(int workCount);

    /**
     * For a thread that runs other members too, before each wait: how long to rest first, in nanoseconds, so that work
     * gathers; 0 to wait at once.
     */
    long gatherNs();

    /** How long it may be left without a turn at most. */
    long longestRestNs();

    /**
     * From now on the calling thread runs it, and waits at that place for what comes to it.
     *
     * @return false if that cannot be done, and nothing has changed
     */
    boolean join(DatagramIo lead);

    /** Ends {@link #join}, on the same thread. */
    void leave(DatagramIo lead);

    /** The last call, when no thread runs it any more. */
    void close();
}
