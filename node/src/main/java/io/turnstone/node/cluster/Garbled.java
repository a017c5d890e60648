package io.turnstone.node.cluster;

import java.io.NotSerializableException;

/** What a serializer says of octets that it cannot read: Pekko logs it, drops the message and keeps the connection. */
final class Garbled {
    private Garbled() {}

    static NotSerializableException message(String manifest, Exception cause) {
        NotSerializableException exception = new NotSerializableException(
            "message of kind '" + manifest + "' cannot be read: " + cause.getMessage());
        exception.initCause(cause);
        return exception;
    }
}
