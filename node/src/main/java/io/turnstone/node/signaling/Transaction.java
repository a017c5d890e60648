package io.turnstone.node.signaling;

import org.jspecify.annotations.Nullable;

/** A server or client transaction: its machine, and the name by which {@link TransactionTable} finds it. One thread. */
abstract sealed class Transaction extends Timed permits ServerTransaction, ClientTransaction {
    /** What a buffer holds of which nothing is kept. */
    static final byte[] NOTHING = {};

    private final long high;
    private final long low;
    private final TransactionMachine machine;
    private FlowName flow;
    private @Nullable Transaction chained;

    Transaction(long high, long low, TransactionMachine machine, FlowName flow) {
        this.high = high;
        this.low = low;
        this.machine = machine;
        this.flow = flow;
    }

    final long high() {
        return high;
    }

    final long low() {
        return low;
    }

    final boolean isNamed(long otherHigh, long otherLow) {
        return high == otherHigh && low == otherLow;
    }

    final TransactionMachine machine() {
        return machine;
    }

    /** Over which its messages go. */
    final FlowName flow() {
        return flow;
    }

    final void flow(FlowName value) {
        flow = value;
    }

    final @Nullable Transaction chained() {
        return chained;
    }

    final void chained(@Nullable Transaction next) {
        chained = next;
    }
}
