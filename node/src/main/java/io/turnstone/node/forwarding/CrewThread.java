package io.turnstone.node.forwarding;

import io.turnstone.node.transport.ThreadPriority;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.IdleStrategy;

/** What one thread of a {@link ForwarderCrew} does, and how it waits when there is nothing to do. */
public abstract sealed class CrewThread implements Agent, IdleStrategy permits LeadThread, HandThread {
    static final long WAIT_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final ForwarderAgent own;
    private final LongSupplier nanoClock;
    private final BusyTime busy;

    CrewThread(ForwarderAgent own, LongSupplier nanoClock) {
        this.own = own;
        this.nanoClock = nanoClock;
        this.busy = new BusyTime(nanoClock.getAsLong());
    }

    final ForwarderAgent own() {
        return own;
    }

    /** How busy this thread has been; any thread may ask. */
    final double busyShare() {
        return busy.share();
    }

    /** Whether {@link #busyShare} has been measured anew, which is so now and then. */
    final boolean measure() {
        return busy.update(nanoClock.getAsLong());
    }

    /** Waits for datagrams, to be ended by a datagram or an injection. */
    final void awaitDatagrams() {
        long beganNs = nanoClock.getAsLong();
        own.io().await(WAIT_NS);
        busy.waited(nanoClock.getAsLong() - beganNs);
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
