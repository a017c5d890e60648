package io.turnstone.loadtest.relay;

import io.turnstone.loadtest.client.Credentials;
import io.turnstone.loadtest.server.ProcessorTime;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * A server, or a cluster by two of its nodes. Immutable, any thread.
 *
 * @param second where the clients at the far end allocate; the same as {@code first} for one node
 * @param processes whose CPU time, with that of the processes they have started, is the server's; may be empty
 */
public record RelayTarget(String name, InetSocketAddress first, InetSocketAddress second, Credentials credentials,
    List<Long> processes) {

    /** CPU time of all its processes so far; 0 if none is known. */
    public double processorSeconds() {
        return processes.stream().mapToDouble(ProcessorTime::ofTree).sum();
    }
}
