/**
 * The routing information base: one {@link io.turnstone.node.rib.Route} per allocation, on every node, and the only
 * writer of the forwarding tables. Also the node's port slices. Owned by the control thread.
 */
@NullMarked
package io.turnstone.node.rib;

import org.jspecify.annotations.NullMarked;
