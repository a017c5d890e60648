package io.turnstone.node.allocation;

import io.turnstone.node.rib.ControlCounters;
import io.turnstone.node.rib.Listeners;
import io.turnstone.node.rib.Permission;
import io.turnstone.node.rib.Route;
import io.turnstone.protocol.net.FiveTuple;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.StunAttribute;
import io.turnstone.protocol.stun.StunType;
import io.turnstone.protocol.stun.StunWriter;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.agrona.concurrent.UnsafeBuffer;

/** Tells clients of ICMP errors about what they have sent to peers (RFC 8656 §11.5). Control thread. */
public final class IcmpRelay {
    private static final int INDICATION_MAX = 128;
    private static final int ANY_FORWARDER = 0;

    private final RouteTable routes;
    private final Listeners listeners;
    private final Answers answers;
    private final ControlCounters<TurnCounter> counters;
    private final RandomGenerator random;
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[INDICATION_MAX]);
    private final StunWriter writer = new StunWriter();

    /** @param counters of the {@link TurnService} */
    public IcmpRelay(
        RouteTable routes, Listeners listeners, Answers answers, ControlCounters<TurnCounter> counters,
        RandomGenerator random) {
        this.routes = routes;
        this.listeners = listeners;
        this.answers = answers;
        this.counters = counters;
        this.random = random;
    }

    /** The permission is looked up for the peer, not for the router that complains. */
    public void onIcmp(IcmpError error, long nowMs) {
        Optional<Route> route = error.isRelayed() ? routes.byRelayed(error.relayed()) : Optional.empty();
        Optional<Permission> permission = route.filter(it -> it.isLive(nowMs))
            .flatMap(it -> it.permission(error.peer().ip()));
        if (route.isEmpty() || permission.isEmpty() || !permission.get().isLive(nowMs)) {
            counters.increment(TurnCounter.ICMP_DROPPED);
            return;
        }
        tell(route.get(), error);
    }

    private void tell(Route route, IcmpError error) {
        FiveTuple data = route.dataFiveTuple();
        int listener = listeners.listenerOf(data.server(), data.protocol());
        Optional<TransportAddress> hop = routes.hop(route);
        if (listener == Listeners.NONE || hop.isEmpty()) {
            counters.increment(TurnCounter.ICMP_DROPPED);
            return;
        }
        writer.begin(buffer, 0, StunType.DATA_INDICATION, random.nextInt(), random.nextLong())
            .xorAddress(StunAttribute.XOR_PEER_ADDRESS, error.peer())
            .icmp(error.type(), error.code(), error.errorData());
        counters.increment(TurnCounter.ICMP_RELAYED);
        Origin client = new Origin(data.client(), hop.get(), listener, ANY_FORWARDER);
        answers.send(client, buffer, 0, writer.length());
    }
}
