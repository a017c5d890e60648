package io.turnstone.node;

import io.turnstone.node.allocation.IcmpRelay;
import io.turnstone.node.transport.IcmpError;
import io.turnstone.node.transport.IcmpSocket;
import io.turnstone.node.transport.SocketInfo;
import io.turnstone.node.transport.Sockets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries ICMP errors from the raw socket to the allocations that they are about (RFC 8656 §11.5); does nothing where the
 * system has no raw socket for us. Control thread.
 */
final class IcmpErrors implements AutoCloseable {
    private static final int ERRORS_PER_TURN = 16;
    private static final long POLL_AFTER_MS = 10;

    private final @Nullable IcmpSocket socket;
    private final Sockets sockets;
    private final IcmpRelay relay;
    private final Consumer<IcmpError> onError = this::onError;
    private long polledMs;

    IcmpErrors(Sockets sockets, IcmpRelay relay) {
        this.socket = IcmpSocket.open().orElse(null);
        this.sockets = sockets;
        this.relay = relay;
    }

    /** Looks now and then: an error is no hurry, and each look is two system calls. */
    int doWork(long nowMs) {
        if (socket == null || nowMs - polledMs < POLL_AFTER_MS) {
            return 0;
        }
        polledMs = nowMs;
        return socket.poll(onError, ERRORS_PER_TURN);
    }

    private void onError(IcmpError error) {
        int relaySocket = sockets.relaySocketBoundTo(error.local());
        SocketInfo info = relaySocket == Sockets.NONE ? null : sockets.info(relaySocket);
        if (info != null) {
            relay.onIcmp(
                new io.turnstone.node.allocation.IcmpError(
                    error.type(), error.code(), error.errorData(), info.advertised(), error.peer()),
                polledMs);
        }
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.close();
        }
    }
}
