package io.turnstone.loadtest.client;

import java.io.Serial;

/** Nobody answered a request within its {@link RetryPolicy}: what a client sees of a lost packet or a silent server. */
public final class NoAnswerException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    NoAnswerException(String message) {
        super(message);
    }
}
