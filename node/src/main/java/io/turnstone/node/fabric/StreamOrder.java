package io.turnstone.node.fabric;

/**
 * The receiver's end of a stream's numbering. The sender numbers from 1 at each start; a start is a time of the sender's, so
 * a later one begins anew and an earlier one is an echo. One thread.
 */
final class StreamOrder {
    static final long REPEATED = -1;

    private boolean begun;
    private long start;
    private long sequence;

    /** How many messages are missing before this one, or {@link #REPEATED}. */
    long accept(long messageStart, long messageSequence) {
        long missed = begun ? missedBefore(messageStart, messageSequence) : 0;
        if (missed != REPEATED) {
            begun = true;
            start = messageStart;
            sequence = messageSequence;
        }
        return missed;
    }

    private long missedBefore(long messageStart, long messageSequence) {
        if (messageStart == start) {
            return messageSequence > sequence ? messageSequence - sequence - 1 : REPEATED;
        }
        return messageStart - start > 0 ? 0 : REPEATED;
    }
}
