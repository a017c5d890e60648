package io.turnstone.node.signaling;

/** What happens to a transaction. Responses come from the network to a client, from the proxy or registrar to a server. */
enum TransactionEvent {
    /** The request came again. */
    REQUEST,
    /** The ACK to a final response that is not 2xx came; also one to a 2xx with the branch of its INVITE. */
    ACK,
    /** 100 to 199. */
    PROVISIONAL,
    /** 200 to 299. */
    SUCCESS,
    /** 300 to 699. */
    FAILURE,
    /** CANCEL was sent for the request. */
    CANCELED,
    /** {@link TransactionMachine#deadlineMs} has come, or is about to. */
    WAKE;

    private static final int SUCCESS_MIN = 200;
    private static final int FAILURE_MIN = 300;

    static TransactionEvent ofStatus(int statusCode) {
        if (statusCode < SUCCESS_MIN) {
            return PROVISIONAL;
        }
        return statusCode < FAILURE_MIN ? SUCCESS : FAILURE;
    }
}
