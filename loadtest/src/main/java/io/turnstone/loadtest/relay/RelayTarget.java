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

    /** No server at all: clients and peers send to each other straight away, which tells what they cost themselves. */
    public static final RelayTarget NONE = new RelayTarget("no server", new InetSocketAddress(0),
        new InetSocketAddress(0), Credentials.longTerm("", ""), List.of());

    boolean isNone() {
        return equals(NONE);
    }

    /** CPU time of all its processes so far; 0 if none is known. */
    public double processorSeconds() {
        return processes.stream().mapToDouble(ProcessorTime::ofTree).sum();
    }
}
