package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.Via;
import org.agrona.DirectBuffer;

/**
 * Reads the top Via of a response, which is the one that we wrote: which transaction it is for, and which node has that.
 * One thread; reused by {@link #read}.
 */
final class ResponseVia {
    /** The parameter of Via that has the incarnation of the node which sent the request, in hexadecimal digits. */
    static final String NODE_PARAMETER = ";node=";

    private static final String NODE = "node";
    private static final int NODE_DIGITS_MAX = 16;
    private static final int DIGIT_BITS = 4;

    private final BranchText branch = new BranchText();
    private long node;

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
            int digit = Character.digit(buffer.getByte(position), 1 << DIGIT_BITS);
            if (digit < 0) {
                return false;
            }
            node = node << DIGIT_BITS | digit;
        }
        return end - start <= NODE_DIGITS_MAX;
    }

    long node() {
        return node;
    }

    long high() {
        return branch.high();
    }

    long low() {
        return branch.low();
    }
}
