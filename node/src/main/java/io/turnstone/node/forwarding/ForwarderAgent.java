package io.turnstone.node.forwarding;

import io.turnstone.node.transport.DatagramIo;
import io.turnstone.node.transport.Sockets;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The duty cycle of a forwarder: read the clock once, move a bounded batch of datagrams. Never waits; see
 * {@link ForwarderCrew}.
 */
public final class ForwarderAgent implements CrewMember {
    private static final int DATAGRAMS_PER_TURN = 256;
    private static final long REST_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final PacketThread thread;
    private final DatagramIo io;
    private final PacketPath path;
    private final LongSupplier epochMs;

    /** @param epochMs the node's clock */
    public ForwarderAgent(
        PacketThread thread, Sockets sockets, PacketPath path, LongSupplier epochMs) {
        this.thread = thread;
        this.io = sockets.io(thread.forwarder());
        this.path = path;
        this.epochMs = epochMs;
    }

    @Override
    public String roleName() {
        return "forwarder-" + thread.forwarder();
    }

    @Override
    public int doWork() {
        path.beginTurn(epochMs.getAsLong());
        int workCount = io.poll(path, DATAGRAMS_PER_TURN);
        path.endTurn();
        return workCount;
    }

    @Override
    public boolean isDue(long nowNs) {
        return true;
    }

    @Override
    public void idle(int workCount) {
        if (workCount == 0) {
            io.await(REST_NS);
        }
    }

    /** Its own waits see to that. */
    @Override
    public long gatherNs() {
        return 0;
    }

    @Override
    public long longestRestNs() {
        return REST_NS;
    }

    @Override
    public boolean join(DatagramIo lead) {
        return lead.attend(io);
    }

    @Override
    public void leave(DatagramIo lead) {
        lead.dismiss(io);
    }

    @Override
    public void close() {}

    DatagramIo io() {
        return io;
    }
}
