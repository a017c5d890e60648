/**
 * The packet path: what happens to each datagram and each frame from another node, decided by table lookups alone.
 *
 * <p>{@link io.turnstone.node.forwarding.ForwarderAgent} receives and {@link io.turnstone.node.forwarding.PacketPath}
 * decides; each thread has its own. Nothing here reads a clock, logs, locks, throws for what the network sends, or
 * allocates per forwarded packet. Whatever needs a decision of the control plane is punted; whatever can be answered
 * without state is answered in place. A packet that goes nowhere is a counted drop with a reason.
 */
@NullMarked
package io.turnstone.node.forwarding;

import org.jspecify.annotations.NullMarked;
