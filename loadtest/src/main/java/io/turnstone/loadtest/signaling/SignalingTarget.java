package io.turnstone.loadtest.signaling;

import io.turnstone.loadtest.server.ProcessorTime;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * A SIP server and its users. Immutable, any thread.
 *
 * @param domain of its users
 * @param user what all their names begin with; a number follows, from 0
 * @param password of all of them
 * @param processes whose CPU time, with that of the processes they have started, is the server's; may be empty
 */
public record SignalingTarget(String name, InetSocketAddress server, String domain, String user, String password,
    List<Long> processes) {

    UserAgent.Identity identity(int number) {
        return new UserAgent.Identity(user + number, password, domain);
    }

    /** CPU time of all its processes so far; 0 if none is known. */
    double processorSeconds() {
        return processes.stream().mapToDouble(ProcessorTime::ofTree).sum();
    }
}
