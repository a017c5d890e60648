package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.Via;
import org.agrona.DirectBuffer;

/**
 * Reads the top Via of a response, which is the one that we wrote: which transaction it is for, and which node has that.
 * One thread; reused by {@link #read}.
 */
final class ResponseVia {
    /** The parameter of Via that has the number of the node which sent the request. */
    static final String NODE_PARAMETER = ";node=";

    private static final String NODE = "node";
    private static final int NODE_DIGITS_MAX = 9;

    private final BranchText branch = new BranchText();
    private int node;

    /** False if the Via is none of ours. */
    boolean read(Via via) {
        int index = via.parameters().find(NODE);
        if (index == Via.NOT_FOUND || !via.parameters().hasValue(index) || !branch.read(via)) {
            return false;
        }
        return readNode(via.buffer(), via.parameters().valueStart(index), via.parameters().valueEnd(index));
    }

    private boolean readNode(DirectBuffer buffer, int start, int end) {
        node = 0;
        for (int position = start; position < end; position++) {
            int digit = buffer.getByte(position) - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            node = node * 10 + digit;
        }
        return end - start <= NODE_DIGITS_MAX;
    }

    int node() {
        return node;
    }

    long high() {
        return branch.high();
    }

    long low() {
        return branch.low();
    }
}
