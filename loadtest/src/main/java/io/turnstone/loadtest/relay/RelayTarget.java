package io.turnstone.loadtest.relay;

import io.turnstone.loadtest.client.Credentials;
import io.turnstone.loadtest.server.ProcessorTime;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * A server, or a cluster by two of its nodes. Immutable, any thread.
 *
 * @param kind how clients come by a flow through it
 * @param second where the clients at the far end allocate; the same as {@code first} for one node
 * @param processes whose CPU time, with that of the processes they have started, is the server's; may be empty
 */
public record RelayTarget(Kind kind, String name, InetSocketAddress first, InetSocketAddress second,
    Credentials credentials, List<Long> processes) {

    private static final Credentials NOBODY = Credentials.longTerm("", "");

    /** No server at all: clients and peers send to each other straight away, which tells what they cost themselves. */
    public static final RelayTarget NONE = new RelayTarget(Kind.NO_SERVER, "no server", new InetSocketAddress(0),
        new InetSocketAddress(0), NOBODY, List.of());

    /** What a target is. */
    public enum Kind {
        TURN_SERVER,
        /** Takes ChannelData from anybody, without a request before it, and knows of one peer. */
        BARE_RELAY,
        NO_SERVER
    }

    /** A TURN server. */
    public RelayTarget(String name, InetSocketAddress first, InetSocketAddress second, Credentials credentials,
        List<Long> processes) {
        this(Kind.TURN_SERVER, name, first, second, credentials, processes);
    }

    public static RelayTarget bareRelay(String name, InetSocketAddress address, long process) {
        return new RelayTarget(Kind.BARE_RELAY, name, address, address, NOBODY, List.of(process));
    }

    boolean isNone() {
        return kind == Kind.NO_SERVER;
    }

    /** CPU time of all its processes so far; 0 if none is known. */
    public double processorSeconds() {
        return processes.stream().mapToDouble(ProcessorTime::ofTree).sum();
    }
}
