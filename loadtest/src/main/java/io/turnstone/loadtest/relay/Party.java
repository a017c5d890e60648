package io.turnstone.loadtest.relay;

import io.turnstone.protocol.net.TransportAddress;

/**
 * One end of a flow. Immutable, any thread.
 *
 * @param local its socket
 * @param framing what a payload is put into before it leaves
 * @param server where framed payloads go to; of no meaning for bare ones
 * @param remote whom an indication is for; of no meaning otherwise
 * @param initiates whether packets begin here, or are sent back from here
 */
record Party(TransportAddress local, Framing framing, TransportAddress server, TransportAddress remote,
    boolean initiates) {

    enum Framing {
        /** From a plain peer: back to wherever the packet came from. */
        BARE,
        CHANNEL,
        INDICATION
    }
}
