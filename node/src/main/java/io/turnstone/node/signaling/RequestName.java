package io.turnstone.node.signaling;

/** A name of {@link TransactionNames}, to be kept. Immutable, any thread. */
record RequestName(long high, long low) {}
