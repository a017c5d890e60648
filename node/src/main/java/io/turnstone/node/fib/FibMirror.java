package io.turnstone.node.fib;

/** Whoever keeps a copy of what the tables say. Told by the writer, on its thread, after each change. */
public interface FibMirror {
    /** Nobody. */
    FibMirror NONE = new FibMirror() {
        @Override
        public void onLeg(long allocationId) {}

        @Override
        public void onScope() {}
    };

    /** The leg of that allocation is new, another one or gone, or has won or lost an address. */
    void onLeg(long allocationId);

    /** Other addresses are the cluster's now. */
    void onScope();
}
