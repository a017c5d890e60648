package io.turnstone.loadtest.relay;

import java.util.ArrayList;
import java.util.List;

/** Flows that share what may be on its way and send in turn: one, or all of them. One thread. */
final class Window<F> {
    private final List<F> flows = new ArrayList<>();
    private int next;
    private long arrivals;
    private long arrivalsAtLastLook;

    void add(F flow) {
        flows.add(flow);
    }

    /** Whose turn it is. */
    F next() {
        F flow = flows.get(next);
        next = next + 1 == flows.size() ? 0 : next + 1;
        return flow;
    }

    void onArrival() {
        arrivals++;
    }

    /** Whether nothing has come since this was asked last. */
    boolean hasStalled() {
        boolean stalled = arrivals == arrivalsAtLastLook;
        arrivalsAtLastLook = arrivals;
        return stalled;
    }
}
