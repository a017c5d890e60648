package io.turnstone.node.allocation;

import io.turnstone.node.rib.Inquiry;
import io.turnstone.node.rib.Route;
import io.turnstone.protocol.net.FiveTuple;
import io.turnstone.protocol.net.TransportAddress;
import java.util.Optional;
import java.util.function.Consumer;

/** What is asked of the RIB here. Control thread. */
public interface RouteTable {
    Optional<Route> byId(long allocationId);

    /** Also by the 5-tuple that a moving client has not left yet. */
    Optional<Route> byFiveTuple(FiveTuple fiveTuple);

    Optional<Route> byRelayed(TransportAddress relayedAddress);

    /** How many allocations the account has in the whole cluster. */
    int countByUsername(String account);

    /** How many allocations a call has in the whole cluster, by the mark with which its accounts end. */
    int countByMark(String mark);

    /** An authenticated request of that 5-tuple has come to this node, from the client or from a proxy that named it. */
    void arrived(FiveTuple fiveTuple, TransportAddress hop, long nowMs);

    /** A datagram of that peer, which is permitted, has come to this node's socket of the allocation's relayed address. */
    void peerArrived(long allocationId, TransportAddress peer, long nowMs);

    /** Where this node sends what is for the route's client; empty where another node has to send it. */
    Optional<TransportAddress> hop(Route route);

    /** Asks every member for a 5-tuple. {@code answer} is called exactly once, on the control thread. */
    void inquire(FiveTuple fiveTuple, Consumer<Inquiry> answer);
}
