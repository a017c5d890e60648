package io.turnstone.node.kernel;

import io.turnstone.node.kernel.Routes.Link;

/** A flow that the kernel has. Control thread. */
final class MirroredFlow {
    final Flow flow;
    final int slot;
    Onward onward;
    Link link;
    /** When it is looked at again, at the latest; the program has the same. */
    long untilMs;
    long packets;
    long octets;
    /** Whether it has moved since {@link #untilMs} was set. */
    boolean used;

    MirroredFlow(Flow flow, int slot, Onward onward, Link link, long untilMs) {
        this.flow = flow;
        this.slot = slot;
        this.onward = onward;
        this.link = link;
        this.untilMs = untilMs;
    }
}
