package io.turnstone.node.operations;

import io.turnstone.node.fib.LegCounters;
import io.turnstone.node.rib.Route;

/**
 * One allocation as an operator sees it. Immutable but for the counters, any thread.
 *
 * @param owner the name of the node whose authority wrote the route, HOST:PORT of its Artery
 * @param home the name of the node that serves its relayed address now
 * @param counters of this node alone
 */
public record AllocationView(Route route, String owner, String home, LegCounters counters) {}
