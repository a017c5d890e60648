package io.turnstone.node.kernel;

/** Who adds up what the kernel has forwarded. The control thread calls. */
public interface TrafficCounter {
    /**
     * @param kind of {@link io.turnstone.node.fib.Adjacency}: PEER, CLIENT or RELAY
     * @param octets of application data
     */
    void forwarded(int kind, long packets, long octets);
}
