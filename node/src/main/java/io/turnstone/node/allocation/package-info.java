/**
 * TURN's control plane (RFC 8656): {@link io.turnstone.node.allocation.TurnService} turns a punted request into a command,
 * the pure {@link io.turnstone.node.allocation.Allocation} decides, its actor performs, and the answer is given once the
 * route is replicated.
 */
@NullMarked
package io.turnstone.node.allocation;

import org.jspecify.annotations.NullMarked;
