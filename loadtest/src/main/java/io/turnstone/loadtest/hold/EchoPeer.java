package io.turnstone.loadtest.hold;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.PlainPeer;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Sends every datagram back to where it came from; into a probe it writes how many of that flow's window have come and
 * the longest gap among them, so that the sender learns what became of the way there. On the loop's thread.
 */
final class EchoPeer implements PlainPeer.Handler {
    /** A socket that anybody may reach remembers no more flows than this; the eldest go first. */
    private static final int FLOWS_MAX = 100_000;

    private final PlainPeer socket;
    private final Map<Key, Arrivals> flows = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Arrivals> eldest) {
            return size() > FLOWS_MAX;
        }
    };

    private record Key(InetSocketAddress source, int flow) {}

    private EchoPeer(PlainPeer socket) {
        this.socket = socket;
    }

    /** Echoes at {@code local} until the loop is closed. */
    static PlainPeer open(ClientLoop loop, InetSocketAddress local) {
        PlainPeer socket = loop.peer(local);
        return socket.onPayload(new EchoPeer(socket));
    }

    @Override
    public void onPayload(ByteBuffer payload, InetSocketAddress source) {
        if (Probe.isIn(payload)) {
            Arrivals arrivals = count(payload, source, System.nanoTime());
            Probe.stamp(payload, arrivals.received(), arrivals.longestGapNs());
        }
        socket.send(payload, source);
    }

    private Arrivals count(ByteBuffer probe, InetSocketAddress source, long nowNs) {
        Arrivals arrivals = flows.computeIfAbsent(new Key(source, Probe.flow(probe)), key -> new Arrivals());
        int window = Probe.window(probe);
        if (window > arrivals.window()) {
            arrivals.begin(window, nowNs);
        }
        arrivals.onArrival(window, Probe.number(probe), nowNs);
        return arrivals;
    }
}
