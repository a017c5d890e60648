package io.turnstone.loadtest.compare;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.client.PlainPeer;
import io.turnstone.loadtest.client.Stun;
import io.turnstone.loadtest.client.StunMessage;
import io.turnstone.loadtest.client.TurnClient;
import io.turnstone.loadtest.server.TurnServer;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Flows through one server that keep a fixed number of packets going back and forth each, so that the server is always
 * busy and its queues never overflow. All packets are handled on one loop; start, count and close from one thread.
 */
final class RelayLoad implements AutoCloseable {
    private static final int CHANNEL = 0x4000;
    private static final int WINDOW_PACKETS = 8;
    private static final long STALL_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private final ClientLoop loop = ClientLoop.start();
    private final TurnServer server;
    private final int payloadBytes;
    private final List<Flow> flows = new ArrayList<>();
    private final List<TurnClient> clients = new ArrayList<>();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong delivered = new AtomicLong();

    /** Who is at the far end of a client's channel. */
    enum Path {
        /** A plain UDP socket: one hop through the server each way. */
        PLAIN_PEER,
        /** Another client's relayed address on the same server. */
        RELAY_TO_RELAY
    }

    /** How many packets left, and how many arrived at the far end or back; each is one relayed packet. */
    record Count(long sent, long delivered) {
        Count minus(Count earlier) {
            return new Count(sent - earlier.sent, delivered - earlier.delivered);
        }
    }

    /** One channel and the packets on their way in it. Everything here happens on the loop. */
    private final class Flow {
        private final TurnClient client;
        private long arrivals;
        private long arrivalsAtLastLook;

        private Flow(TurnClient client) {
            this.client = client;
        }

        private void onReturn(ByteBuffer payload) {
            arrivals++;
            delivered.incrementAndGet();
            sendChannelData(client, payload.remaining());
        }

        private void fill() {
            if (arrivals == arrivalsAtLastLook) {
                for (int i = 0; i < WINDOW_PACKETS; i++) {
                    sendChannelData(client, payloadBytes);
                }
            }
            arrivalsAtLastLook = arrivals;
        }
    }

    RelayLoad(TurnServer server, int payloadBytes) {
        this.server = server;
        this.payloadBytes = payloadBytes;
    }

    /** Makes the allocations and channels and sets the packets going. */
    void start(Path path, int allocations) {
        switch (path) {
            case PLAIN_PEER -> openPlainFlows(allocations);
            case RELAY_TO_RELAY -> openRelayedFlows(allocations / 2);
        }
        loop.repeat(STALL_NS, () -> flows.forEach(Flow::fill));
    }

    Count count() {
        return new Count(sent.get(), delivered.get());
    }

    /** Gives every allocation back. */
    @Override
    public void close() {
        clients.forEach(client -> client.onData((peer, channel, payload) -> {}));
        clients.forEach(client -> client.refresh(0).join());
        loop.close();
    }

    private void openPlainFlows(int count) {
        for (int i = 0; i < count; i++) {
            PlainPeer peer = loop.peer(Loopback.ipv4(0));
            peer.onPayload((payload, source) -> {
                delivered.incrementAndGet();
                sent.incrementAndGet();
                peer.send(payload, source);
            });
            TurnClient client = allocated();
            bind(client, peer.address());
            addFlow(client);
        }
    }

    private void openRelayedFlows(int pairs) {
        for (int i = 0; i < pairs; i++) {
            TurnClient caller = loop.client(server.address(), server.credentials());
            TurnClient callee = loop.client(server.address(), server.credentials());
            InetSocketAddress callerRelay = relayedAddress(caller);
            InetSocketAddress calleeRelay = relayedAddress(callee);
            bind(caller, calleeRelay);
            bind(callee, callerRelay);
            callee.onData((peer, channel, payload) -> {
                delivered.incrementAndGet();
                sendChannelData(callee, payload.remaining());
            });
            addFlow(caller);
        }
    }

    private TurnClient allocated() {
        TurnClient client = loop.client(server.address(), server.credentials());
        relayedAddress(client);
        return client;
    }

    private InetSocketAddress relayedAddress(TurnClient client) {
        clients.add(client);
        StunMessage answer = client.allocate().join();
        return answer.xorAddress(Stun.XOR_RELAYED_ADDRESS)
            .orElseThrow(() -> new IllegalStateException(server.name() + " refused an allocation: " + answer));
    }

    private void bind(TurnClient client, InetSocketAddress peer) {
        StunMessage answer = client.channelBind(CHANNEL, peer).join();
        if (!answer.isSuccess()) {
            throw new IllegalStateException(server.name() + " refused a channel: " + answer);
        }
    }

    private void addFlow(TurnClient client) {
        Flow flow = new Flow(client);
        client.onData((peer, channel, payload) -> flow.onReturn(payload));
        flows.add(flow);
    }

    private void sendChannelData(TurnClient client, int length) {
        ByteBuffer message = ByteBuffer.allocate(Stun.CHANNEL_HEADER_BYTES + length);
        message.putShort((short) CHANNEL).putShort((short) length);
        if (client.sendFramed(message.clear())) {
            sent.incrementAndGet();
        }
    }
}
