package io.turnstone.node.forwarding;

import io.turnstone.node.fabric.FabricOutcome;
import io.turnstone.node.fib.DropReason;
import io.turnstone.node.punt.PuntReason;
import io.turnstone.node.transport.CounterCells;

/**
 * All that one packet thread counts. Written by that thread, read by any.
 *
 * @param path what was done
 * @param drops why a lookup led nowhere
 * @param punts what went to the control plane
 * @param fabric what became of frames for other nodes
 */
public record PathCounters(
    CounterCells<ForwardingCounter> path,
    CounterCells<DropReason> drops,
    CounterCells<PuntReason> punts,
    CounterCells<FabricOutcome> fabric) {

    public PathCounters() {
        this(
            new CounterCells<>(ForwardingCounter.class),
            new CounterCells<>(DropReason.class),
            new CounterCells<>(PuntReason.class),
            new CounterCells<>(FabricOutcome.class));
    }
}
