package io.turnstone.node.signaling;

/**
 * What is to be done after an event, as bits, so that no event allocates. They are done in the order in which they stand
 * here.
 */
final class TransactionAction {
    static final int NOTHING = 0;
    /** Client: send the request. Server: send the response that was given last. */
    static final int SEND = 1;
    /** Client: send ACK to the final response. */
    static final int ACKNOWLEDGE = 1 << 1;
    /** Server: send 100, which nobody has given. */
    static final int SEND_TRYING = 1 << 2;
    /** Client: give the response to whoever sent the request. Server: send the ACK on, for it is not ours. */
    static final int TELL = 1 << 3;
    /** Client: tell whoever sent the request that it has waited long enough for an answer (Timer C). */
    static final int TELL_EXPIRED = 1 << 4;
    /** Client: tell whoever sent the request that there was no final response (Timers B and F). */
    static final int TELL_TIMEOUT = 1 << 5;
    /** Forget the transaction. */
    static final int END = 1 << 6;

    private TransactionAction() {}
}
