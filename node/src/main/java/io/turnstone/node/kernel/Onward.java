package io.turnstone.node.kernel;

import io.turnstone.node.fib.Leg;
import io.turnstone.protocol.net.TransportAddress;

/**
 * What becomes of a flow's datagrams, and until when. Addresses are local ones. Immutable, any thread.
 *
 * @param at where the datagrams come to
 * @param source where they leave from
 * @param peer whom a Data indication names, or the destination if it is none
 * @param channel of ChannelData, or {@link Leg#NO_CHANNEL}
 * @param kind of {@link io.turnstone.node.fib.Adjacency}
 * @param in the leg that they come in by
 * @param out the leg that they leave by
 * @param deadlineMs the earliest end of all that this rests on, as epoch milliseconds
 */
record Onward(TransportAddress at, TransportAddress source, TransportAddress destination, TransportAddress peer,
    int channel, int kind, Leg in, Leg out, long deadlineMs) {
    /** Whether datagrams fare the same under both, whenever that ends. */
    boolean forwardsLike(Onward other) {
        return at.equals(other.at)
            && source.equals(other.source)
            && destination.equals(other.destination)
            && peer.equals(other.peer)
            && channel == other.channel
            && kind == other.kind;
    }
}
