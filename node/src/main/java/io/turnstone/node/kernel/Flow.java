package io.turnstone.node.kernel;

import io.turnstone.protocol.net.TransportAddress;

/** What names a flow: the way its datagrams come in. Addresses are the advertised ones. Immutable, any thread. */
public sealed interface Flow {
    /** Who sends: what the datagrams' source is, if no proxy stands in between. */
    TransportAddress source();

    /** ChannelData of a client to the listener of that index. */
    record OfChannel(int listener, TransportAddress source, int number) implements Flow {}

    /** Send indications of a client to the listener of that index, for one peer. */
    record OfIndications(int listener, TransportAddress source, TransportAddress peer) implements Flow {}

    /** Datagrams of a peer to a relayed address. */
    record OfPeer(TransportAddress relayed, TransportAddress source) implements Flow {}
}
