package io.turnstone.node.forwarding;

import io.turnstone.node.auth.Nonces;
import io.turnstone.node.fabric.FabricPublisher;
import io.turnstone.node.transport.DatagramSender;

/**
 * What belongs to one packet thread alone: a forwarder, or a fabric lane.
 *
 * @param number among all packet threads, from 0: the index of its cells in {@link io.turnstone.node.fib.LegCounters}
 * @param forwarder whose listener sockets it sends from; a lane borrows those of a forwarder
 */
public record PacketThread(
    int number, int forwarder, DatagramSender sender, FabricPublisher fabric, Nonces nonces, PathCounters counters) {

    public PacketThread(int number, int forwarder, DatagramSender sender, FabricPublisher fabric, Nonces nonces) {
        this(number, forwarder, sender, fabric, nonces, new PathCounters());
    }
}
