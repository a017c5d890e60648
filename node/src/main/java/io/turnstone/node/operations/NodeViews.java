package io.turnstone.node.operations;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** What a node shows of itself to the admin port. Called by the admin port's threads; none of it may block. */
public interface NodeViews {
    /** Why the process should be replaced, such as an agent that stopped; empty while it is alive and well. */
    List<String> failures();

    /** What a node that is not ready still waits for, in an operator's words; empty when it is ready. */
    List<String> notReady();

    /**
     * Allocations that this node knows, whoever owns them, in unsigned order of their ids.
     *
     * @param account shows only those whose account is like that
     * @param after show only ids above this one (unsigned)
     * @param limit at most so many
     */
    CompletionStage<List<AllocationView>> allocations(Predicate<String> account, long after, int limit);

    /**
     * Calls that go on whose session is on this node, in the order of their Call-IDs.
     *
     * @param limit at most so many
     */
    CompletionStage<List<CallView>> calls(int limit);

    /** The name of a node, HOST:PORT of its Artery, or its incarnation if it is no member. */
    String nodeName(long incarnation);

    /** Writes every reading of this moment. */
    void collect(MetricSink sink);
}
