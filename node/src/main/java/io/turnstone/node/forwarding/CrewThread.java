package io.turnstone.node.forwarding;

import io.turnstone.node.transport.ThreadPriority;
import java.util.function.LongSupplier;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.IdleStrategy;

/** What one thread of a {@link ForwarderCrew} does, and how it waits when there is nothing to do. */
public abstract sealed class CrewThread implements Agent, IdleStrategy permits LeadThread, HandThread {
    private final CrewMember own;
    private final LongSupplier nanoClock;
    private final BusyTime busy;

    CrewThread(CrewMember own, LongSupplier nanoClock, LongSupplier cpuClock) {
        this.own = own;
        this.nanoClock = nanoClock;
        this.busy = new BusyTime(cpuClock);
    }

    final CrewMember own() {
        return own;
    }

    final long nowNs() {
        return nanoClock.getAsLong();
    }

    /** How busy this thread has been; any thread may ask. */
    final double busyShare() {
        return busy.share();
    }

    /** Whether {@link #busyShare} has been measured anew, which is so now and then. */
    final boolean measure(long nowNs) {
        return busy.update(nowNs);
    }

    @Override
    public final String roleName() {
        return own.roleName();
    }

    @Override
    public final void onStart() {
        ThreadPriority.PACKETS.raise();
    }

    @Override
    public final void idle() {
        idle(0);
    }

    @Override
    public final void reset() {}
}
