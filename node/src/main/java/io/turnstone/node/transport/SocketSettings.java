package io.turnstone.node.transport;

/**
 * How the sockets of a process are to be opened. Immutable, any thread.
 *
 * @param layer what carries the datagrams
 * @param forwarders threads that receive
 * @param bufferBytes of the receive and the send buffer asked for each socket; the system may grant less
 * @param latencyBudgetNs how long a forwarder may let datagrams gather before it looks at them; only Linux' own calls
 *     make use of it
 * @param trains whether datagrams may arrive and leave as trains (udp(7), UDP_GRO and UDP_SEGMENT); Linux' own calls again
 * @param patient whether a listener's port that another process has is left to it until {@link Sockets#listen}
 */
public record SocketSettings(
    DatagramLayer layer, int forwarders, int bufferBytes, long latencyBudgetNs, boolean trains,
    boolean patient) {}
