/**
 * The hand-over from the forwarding plane to the control plane: packets go up with a reason (<em>punt</em>). The queue is
 * bounded, drops when full, and counts what it drops.
 */
@NullMarked
package io.turnstone.node.punt;

import org.jspecify.annotations.NullMarked;
