package io.turnstone.loadtest.hold;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.client.PlainPeer;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Joins allocations by flows, as the plan mixes them. */
final class FlowMaker {
    private final HoldPlan plan;
    private final ClientLoop loop;
    private final List<Flow> flows = new ArrayList<>();
    private final List<Supplier<CompletableFuture<Void>>> binds = new ArrayList<>();

    FlowMaker(HoldPlan plan, ClientLoop loop) {
        this.plan = plan;
        this.loop = loop;
    }

    /** The flows made so far, and those to come. */
    List<Flow> flows() {
        return flows;
    }

    /** Each flow takes two allocations, or one and the peer, until none is left. What the permissions and channels need is
     * to be done by the caller. */
    List<Supplier<CompletableFuture<Void>>> join(List<HeldAllocation> allocations) {
        int next = 0;
        while (next < allocations.size()) {
            int number = flows.size();
            HeldAllocation one = allocations.get(next++);
            InetSocketAddress peer = plan.peer();
            if (peer != null && (next == allocations.size() || plan.isToPeer(number))) {
                toPeer(number, one, peer);
            } else {
                pair(number, one, allocations.get(next++));
            }
        }
        return binds;
    }

    /** A flow to the control echo, or to an echo in this process, that no TURN server relays. */
    Flow control() {
        InetSocketAddress echo = plan.control();
        InetSocketAddress to = echo == null ? EchoPeer.open(loop, Loopback.ipv4(0)).address() : echo;
        InetAddress any = InetAddress.ofLiteral(to.getAddress() instanceof Inet4Address ? "0.0.0.0" : "::");
        PlainPeer socket = loop.peer(new InetSocketAddress(any, 0));
        Flow flow = new EchoFlow("control", "control", "the control echo", stream(-1, probe -> socket.send(probe, to)));
        socket.onPayload((payload, source) -> arrived(flow, 0, payload, System.nanoTime()));
        return flow;
    }

    private void pair(int number, HeldAllocation one, HeldAllocation other) {
        boolean channel = plan.carrier().channelFor(number);
        Flow flow = new RelayFlow(Integer.toString(number), kind("relay", channel), one + " and " + other,
            stream(number, one::send), stream(number, other::send));
        flows.add(flow);
        binds.add(() -> one.connect(other.relayed(), channel,
            (payload, nowNs) -> arrived(flow, RelayFlow.FIRST, payload, nowNs)));
        binds.add(() -> other.connect(one.relayed(), channel,
            (payload, nowNs) -> arrived(flow, RelayFlow.SECOND, payload, nowNs)));
    }

    private void toPeer(int number, HeldAllocation one, InetSocketAddress peer) {
        boolean channel = plan.carrier().channelFor(number);
        Flow flow = new EchoFlow(Integer.toString(number), kind("peer", channel), one + " and the peer",
            stream(number, one::send));
        flows.add(flow);
        binds.add(() -> one.connect(peer, channel, (payload, nowNs) -> arrived(flow, 0, payload, nowNs)));
    }

    private Stream stream(int flow, Stream.Sender sender) {
        return new Stream(flow, plan.payloadBytes(), sender);
    }

    private static String kind(String what, boolean channel) {
        return what + (channel ? ", channels" : ", indications");
    }

    private static void arrived(Flow flow, int end, ByteBuffer payload, long nowNs) {
        if (Probe.isIn(payload)) {
            flow.onProbe(end, payload, nowNs);
        }
    }
}
