/**
 * The forwarding information base: what this node can forward now.
 *
 * <p>One writer (the RIB's thread) puts whole, immutable {@link io.turnstone.node.fib.Leg}s; every packet thread reads
 * them through its own {@link io.turnstone.node.fib.Lookup} without locks. A lookup answers with an
 * {@link io.turnstone.node.fib.Adjacency}, an {@code int}: where the packet goes, or why it is dropped. All deadlines
 * are judged per packet against the time that the caller read once for its batch, so nothing expired is ever forwarded,
 * however late the writer is.
 */
@NullMarked
package io.turnstone.node.fib;

import org.jspecify.annotations.NullMarked;
