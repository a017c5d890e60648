package io.turnstone.node.allocation;

/**
 * Names a request while its answer is being made. Immutable, any thread.
 *
 * @param incarnation of the node that heard the client and will answer it
 * @param number counted by that node
 */
public record RequestId(long incarnation, long number) {}
