package io.turnstone.node.replication;

/** The reliable, ordered stream to each peer. One thread. */
@FunctionalInterface
public interface Outbox {
    /** Takes the message whole, or not at all: false while the peer's queue is full. Never blocks. */
    boolean send(long peer, byte[] message);
}
