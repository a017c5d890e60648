package io.turnstone.node.signaling;

import io.turnstone.node.transport.stream.StreamHandler;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The duty cycle of the signaling thread, which owns the {@link SipEngine}, the location service and the names of all
 * connections. Event loops bring messages by a bounded queue; it sends over connections itself.
 */
public final class SignalingAgent implements Agent {
    private static final int EVENTS_PER_TURN = 256;
    private static final long LOOK_AFTER_MS = 250;

    private final LongSupplier clockMs;
    private final SignalingCounters counters = new SignalingCounters();
    private final SipInbox inbox;
    private final SipStreams streams;
    private final SipConnections connections;
    private final LocalLocations locations;
    private final SipEngine engine;
    private final UnsafeBuffer message = new UnsafeBuffer(0, 0);
    private final Consumer<SipInbox.Event> onEvent = this::onEvent;
    private volatile Sizes sizes = new Sizes(0, 0, 0);
    private long nowMs;
    private long lookedMs;

    /** How many there were a moment ago. */
    public record Sizes(int connections, int bindings, int transactions) {}

    /**
     * @param clockMs epoch milliseconds that never go back; any thread asks
     * @param wakeUp ends the signaling thread's pause; any thread calls it
     */
    public SignalingAgent(SignalingSettings settings, SipEngine.Access access, LongSupplier clockMs, Runnable wakeUp) {
        this.clockMs = clockMs;
        this.inbox = new SipInbox(counters, wakeUp);
        this.streams = new SipStreams(settings.node(), settings.limits(), inbox, counters, clockMs);
        this.connections = new SipConnections(settings.node(), counters);
        this.locations = new LocalLocations(settings.registrations(), clockMs);
        this.engine = new SipEngine(settings, access, connections, locations, clockMs.getAsLong());
    }

    /** What connections are to tell. */
    public StreamHandler streams() {
        return streams;
    }

    @Override
    public int doWork() {
        nowMs = clockMs.getAsLong();
        int work = inbox.drain(EVENTS_PER_TURN, onEvent);
        work += locations.doWork(engine, nowMs);
        work += engine.turn(nowMs);
        if (nowMs - lookedMs >= LOOK_AFTER_MS) {
            lookedMs = nowMs;
            connections.closeIncomplete(nowMs);
            sizes = new Sizes(connections.size(), locations.size(), engine.transactionCount());
        }
        return work;
    }

    private void onEvent(SipInbox.Event event) {
        SipConnection connection = event.connection();
        switch (event) {
            case SipInbox.Event.Opened _ -> connections.add(connection);
            case SipInbox.Event.Received(SipConnection _, byte[] octets) -> {
                message.wrap(octets);
                engine.onMessage(connection.arrival(), message, 0, octets.length, nowMs);
            }
            case SipInbox.Event.Closed _ -> {
                connections.remove(connection);
                engine.onFlowClosed(connection.arrival().flow());
            }
        }
    }

    /** Any thread. */
    public SipCounters engineCounters() {
        return engine.counters();
    }

    /** Any thread. */
    public SignalingCounters counters() {
        return counters;
    }

    /** Any thread. */
    public Sizes sizes() {
        return sizes;
    }

    @Override
    public String roleName() {
        return "signaling";
    }
}
