package io.turnstone.loadtest.relay;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.PlainPeer;
import io.turnstone.loadtest.client.Requests;
import io.turnstone.loadtest.client.Stun;
import io.turnstone.loadtest.client.StunMessage;
import io.turnstone.loadtest.client.TurnClient;
import io.turnstone.loadtest.relay.Party.Framing;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.turn.ChannelData;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Allocates, permits and binds for every flow, and then lets go of the sockets, whose addresses the {@link Generator} takes
 * over. One thread.
 */
final class FlowMaker implements AutoCloseable {
    static final int CHANNEL = 0x4000;
    /** How many clients wait for an answer at the same time. */
    private static final int AT_ONCE = 32;

    private final RelayTarget target;
    private final RelayPlan plan;
    private final ClientLoop loop = ClientLoop.start();
    private final List<TurnClient> clients = new ArrayList<>();
    private final List<PlainPeer> sockets = new ArrayList<>();
    private final List<InetSocketAddress> peers = new ArrayList<>();
    private final List<Party> parties = new ArrayList<>();
    private final List<Farewell> farewells = new ArrayList<>();

    /** What gives an allocation or a bare relay's flow back, to be sent from its client's address. */
    record Farewell(TransportAddress local, TransportAddress server, DirectBuffer request) {}

    private FlowMaker(RelayTarget target, RelayPlan plan) {
        this.target = target;
        this.plan = plan;
    }

    /**
     * @throws IllegalStateException if the server refuses something
     * @throws java.util.concurrent.CompletionException if it does not answer
     */
    static FlowMaker make(RelayTarget target, RelayPlan plan) {
        try (FlowMaker maker = new FlowMaker(target, plan)) {
            switch (target.kind()) {
                case NO_SERVER -> maker.straight();
                case BARE_RELAY -> maker.throughBareRelay();
                case TURN_SERVER -> maker.throughAllocations();
            }
            return maker;
        }
    }

    List<Party> parties() {
        return parties;
    }

    List<Farewell> farewells() {
        return farewells;
    }

    private void throughAllocations() {
        if (plan.path() == RelayPlan.Path.PEER) {
            toPeers();
        } else {
            toEachOther();
        }
    }

    private void toPeers() {
        for (int made = 0; made < plan.allocations(); made += AT_ONCE) {
            List<TurnClient> some = Stream.generate(() -> client(target.first()))
                .limit(Math.min(AT_ONCE, plan.allocations() - made))
                .toList();
            List<InetSocketAddress> remotes = some.stream().map(client -> peer()).toList();
            List<CompletableFuture<StunMessage>> allocated = some.stream().map(TurnClient::allocate).toList();
            allocated.forEach(answer -> relayed(answer.join()));
            List<CompletableFuture<StunMessage>> joined = new ArrayList<>();
            for (int i = 0; i < some.size(); i++) {
                joined.add(join(some.get(i), remotes.get(i)));
            }
            for (int i = 0; i < some.size(); i++) {
                onJoined(joined.get(i).join(), some.get(i), target.first(), remotes.get(i), true);
            }
        }
    }

    private void straight() {
        for (int i = 0; i < plan.allocations(); i++) {
            TransportAddress peer = TransportAddress.of(peer());
            TransportAddress client = TransportAddress.of(clientSocket());
            parties.add(new Party(client, Framing.BARE, client, peer, true));
        }
    }

    /** The relay makes a flow when its first packet comes. */
    private void throughBareRelay() {
        TransportAddress peer = TransportAddress.of(peer());
        TransportAddress relay = TransportAddress.of(target.first());
        UnsafeBuffer empty = new UnsafeBuffer(new byte[ChannelData.HEADER_LENGTH]);
        ChannelData.writeHeader(empty, ChannelData.HEADER_LENGTH, CHANNEL, 0);
        for (int i = 0; i < plan.allocations(); i++) {
            TransportAddress client = TransportAddress.of(clientSocket());
            parties.add(new Party(client, Framing.CHANNEL, relay, peer, true));
            farewells.add(new Farewell(client, relay, empty));
        }
    }

    /** The far end of the next flow. */
    private InetSocketAddress peer() {
        if (peers.isEmpty() || !plan.onePeer()) {
            InetSocketAddress address = socket(plan.peers());
            TransportAddress local = TransportAddress.of(address);
            parties.add(new Party(local, Framing.BARE, local, local, false));
            peers.add(address);
        }
        return peers.getLast();
    }

    /** The near end of the next flow, where there is no TURN client. */
    private InetSocketAddress clientSocket() {
        return socket(new InetSocketAddress(plan.local(), 0));
    }

    private InetSocketAddress socket(InetSocketAddress at) {
        PlainPeer socket = loop.peer(at);
        sockets.add(socket);
        return socket.address();
    }

    private void toEachOther() {
        for (int i = 0; i < plan.allocations() / 2; i++) {
            TurnClient caller = client(target.first());
            TurnClient callee = client(target.second());
            InetSocketAddress ofCaller = relayed(caller.allocate().join());
            InetSocketAddress ofCallee = relayed(callee.allocate().join());
            onJoined(join(caller, ofCallee).join(), caller, target.first(), ofCallee, true);
            onJoined(join(callee, ofCaller).join(), callee, target.second(), ofCaller, false);
        }
    }

    private TurnClient client(InetSocketAddress server) {
        TurnClient client = loop.client(server, target.credentials(), plan.local());
        clients.add(client);
        return client;
    }

    private InetSocketAddress relayed(StunMessage answer) {
        return answer.xorAddress(Stun.XOR_RELAYED_ADDRESS)
            .orElseThrow(() -> new IllegalStateException(target.name() + " refused an allocation: " + answer));
    }

    private boolean isByChannels() {
        return plan.carrier() == RelayPlan.Carrier.CHANNELS;
    }

    private CompletableFuture<StunMessage> join(TurnClient client, InetSocketAddress remote) {
        return isByChannels() ? client.channelBind(CHANNEL, remote) : client.createPermission(remote);
    }

    private void onJoined(
        StunMessage answer, TurnClient client, InetSocketAddress server, InetSocketAddress remote, boolean initiates) {
        if (!answer.isSuccess()) {
            throw new IllegalStateException(
                target.name() + " refused a " + (isByChannels() ? "channel: " : "permission: ") + answer);
        }
        TransportAddress local = TransportAddress.of(new InetSocketAddress(plan.local(), client.localPort()));
        TransportAddress service = TransportAddress.of(server);
        parties.add(new Party(local, isByChannels() ? Framing.CHANNEL : Framing.INDICATION, service,
            TransportAddress.of(remote), initiates));
        farewells.add(new Farewell(local, service, new UnsafeBuffer(client.authenticated(Requests.refresh(0)))));
    }

    /** Lets go of the sockets. */
    @Override
    public void close() {
        clients.forEach(TurnClient::close);
        sockets.forEach(PlainPeer::close);
        loop.close();
    }
}
