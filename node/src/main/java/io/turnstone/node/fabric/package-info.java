/**
 * Carries frames and messages between the nodes over Aeron. Each media driver runs as INVOKER inside the duty cycle of the
 * thread that owns it: the control thread ({@link io.turnstone.node.fabric.FabricControl}: routes and heartbeats) and the
 * lane threads ({@link io.turnstone.node.fabric.FabricLane}: media). Nothing outside this package sees Aeron.
 */
@NullMarked
package io.turnstone.node.fabric;

import org.jspecify.annotations.NullMarked;
