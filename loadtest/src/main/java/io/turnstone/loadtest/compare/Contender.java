package io.turnstone.loadtest.compare;

import io.turnstone.loadtest.relay.RelayTarget;
import io.turnstone.loadtest.server.BareRelay;
import io.turnstone.loadtest.server.ServerProcess;
import io.turnstone.loadtest.server.TurnServer;
import java.util.Arrays;
import java.util.List;

/** A server, or several that are one, and their processes on this machine. Immutable, any thread. */
record Contender(RelayTarget target, List<ServerProcess> processes) {
    /** @param servers the first one and the last one are those that clients turn to */
    static Contender of(String name, TurnServer... servers) {
        List<ServerProcess> processes = Arrays.stream(servers).map(TurnServer::process).toList();
        TurnServer first = servers[0];
        TurnServer last = servers[servers.length - 1];
        return new Contender(
            new RelayTarget(name, first.address(), last.address(), first.credentials(),
                processes.stream().map(ServerProcess::pid).toList()),
            processes);
    }

    static Contender of(String name, BareRelay relay) {
        return new Contender(RelayTarget.bareRelay(name, relay.address(), relay.process().pid()),
            List.of(relay.process()));
    }

    void signal(String signal) {
        processes.forEach(process -> process.signalAll(signal));
    }
}
