package io.turnstone.node.rib;

/**
 * That a node holds a slice of ports, or wants to. Immutable, any thread.
 *
 * @param holder the node's incarnation
 */
public record SliceClaim(PortSlice slice, long holder) {}
