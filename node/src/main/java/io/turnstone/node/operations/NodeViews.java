package io.turnstone.node.operations;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** What a node shows of itself to the admin port. Called by the admin port's threads; none of it may block. */
public interface NodeViews {
    /** Why the process should be replaced, such as an agent that stopped; empty while it is alive and well. */
    List<String> failures();

    /** What a node that is not ready still waits for, in an operator's words; empty when it is ready. */
    List<String> notReady();

    /**
     * Allocations that this node knows, whoever owns them, in unsigned order of their ids.
     *
     * @param after show only ids above this one (unsigned)
     * @param limit at most so many
     */
    CompletionStage<List<AllocationView>> allocations(long after, int limit);

    /** Writes every reading of this moment. */
    void collect(MetricSink sink);
}
