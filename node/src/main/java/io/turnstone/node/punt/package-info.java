/**
 * The hand-over between the forwarding plane and the control plane: packets go up with a reason (<em>punt</em>) and
 * answers come down (<em>inject</em>). Both queues are bounded, drop when full, and count what they drop.
 */
@NullMarked
package io.turnstone.node.punt;

import org.jspecify.annotations.NullMarked;
