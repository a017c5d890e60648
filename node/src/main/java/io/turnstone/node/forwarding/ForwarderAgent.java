package io.turnstone.node.forwarding;

import io.turnstone.node.punt.InjectHandler;
import io.turnstone.node.punt.InjectQueue;
import io.turnstone.node.transport.DatagramIo;
import io.turnstone.node.transport.Sockets;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.agrona.DirectBuffer;

/**
 * The duty cycle of a forwarder thread: read the clock once, move a bounded batch of datagrams, send what the control
 * plane injects. Never waits; see {@link ForwarderCrew}.
 */
public final class ForwarderAgent implements CrewMember {
    private static final int DATAGRAMS_PER_TURN = 256;
    private static final int INJECTIONS_PER_TURN = 64;
    private static final long REST_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final PacketThread thread;
    private final DatagramIo io;
    private final Sockets sockets;
    private final PacketPath path;
    private final InjectQueue injections;
    private final LongSupplier epochMs;
    private final InjectHandler inject = this::inject;

    /** @param epochMs the node's clock */
    public ForwarderAgent(
        PacketThread thread, Sockets sockets, PacketPath path, InjectQueue injections, LongSupplier epochMs) {
        this.thread = thread;
        this.io = sockets.io(thread.forwarder());
        this.sockets = sockets;
        this.path = path;
        this.injections = injections;
        this.epochMs = epochMs;
    }

    @Override
    public String roleName() {
        return "forwarder-" + thread.forwarder();
    }

    @Override
    public int doWork() {
        path.beginTurn(epochMs.getAsLong());
        int workCount = io.poll(path, DATAGRAMS_PER_TURN) + injections.drain(inject, INJECTIONS_PER_TURN);
        path.endTurn();
        return workCount;
    }

    private void inject(int listener, long high, long low, int port, DirectBuffer buffer, int offset, int length) {
        int socket = sockets.listenerSocket(listener, thread.forwarder());
        boolean sent = io.send(socket, buffer, offset, length, high, low, port);
        thread.counters().path().increment(sent ? ForwardingCounter.INJECTED : ForwardingCounter.SEND_LOST);
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
