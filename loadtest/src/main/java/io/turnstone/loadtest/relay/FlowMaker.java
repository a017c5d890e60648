package io.turnstone.loadtest.relay;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.PlainPeer;
import io.turnstone.loadtest.client.Requests;
import io.turnstone.loadtest.client.Stun;
import io.turnstone.loadtest.client.StunMessage;
import io.turnstone.loadtest.client.TurnClient;
import io.turnstone.loadtest.relay.Party.Framing;
import io.turnstone.protocol.net.TransportAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Allocates, permits and binds for every flow, and then lets go of the sockets, whose addresses the {@link Generator} takes
 * over. One thread.
 */
final class FlowMaker implements AutoCloseable {
    static final int CHANNEL = 0x4000;

    private final RelayTarget target;
    private final RelayPlan plan;
    private final ClientLoop loop = ClientLoop.start();
    private final List<TurnClient> clients = new ArrayList<>();
    private final List<PlainPeer> sockets = new ArrayList<>();
    private final List<InetSocketAddress> peers = new ArrayList<>();
    private final List<Party> parties = new ArrayList<>();
    private final List<Farewell> farewells = new ArrayList<>();

    /** The request that gives an allocation back, to be sent from its client's address. */
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
            if (target.isNone()) {
                maker.straight();
            } else if (plan.path() == RelayPlan.Path.PEER) {
                maker.toPeers();
            } else {
                maker.toEachOther();
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

    private void toPeers() {
        for (int i = 0; i < plan.allocations(); i++) {
            InetSocketAddress peer = peer();
            TurnClient client = client(target.first());
            allocate(client);
            join(client, target.first(), peer, true);
        }
    }

    private void straight() {
        for (int i = 0; i < plan.allocations(); i++) {
            TransportAddress peer = TransportAddress.of(peer());
            TransportAddress client = TransportAddress.of(socket(plan.local()));
            parties.add(new Party(client, Framing.BARE, client, peer, true));
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

    private InetSocketAddress socket(InetAddress at) {
        PlainPeer socket = loop.peer(new InetSocketAddress(at, 0));
        sockets.add(socket);
        return socket.address();
    }

    private void toEachOther() {
        for (int i = 0; i < plan.allocations() / 2; i++) {
            TurnClient caller = client(target.first());
            TurnClient callee = client(target.second());
            InetSocketAddress ofCaller = allocate(caller);
            InetSocketAddress ofCallee = allocate(callee);
            join(caller, target.first(), ofCallee, true);
            join(callee, target.second(), ofCaller, false);
        }
    }

    private TurnClient client(InetSocketAddress server) {
        TurnClient client = loop.client(server, target.credentials(), plan.local());
        clients.add(client);
        return client;
    }

    /** @return the relayed address */
    private InetSocketAddress allocate(TurnClient client) {
        StunMessage answer = client.allocate().join();
        return answer.xorAddress(Stun.XOR_RELAYED_ADDRESS)
            .orElseThrow(() -> new IllegalStateException(target.name() + " refused an allocation: " + answer));
    }

    private void join(TurnClient client, InetSocketAddress server, InetSocketAddress remote, boolean initiates) {
        boolean channels = plan.carrier() == RelayPlan.Carrier.CHANNELS;
        StunMessage answer = channels
            ? client.channelBind(CHANNEL, remote).join()
            : client.createPermission(remote).join();
        if (!answer.isSuccess()) {
            throw new IllegalStateException(
                target.name() + " refused a " + (channels ? "channel: " : "permission: ") + answer);
        }
        TransportAddress local = TransportAddress.of(new InetSocketAddress(plan.local(), client.localPort()));
        TransportAddress service = TransportAddress.of(server);
        parties.add(new Party(local, channels ? Framing.CHANNEL : Framing.INDICATION, service,
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
