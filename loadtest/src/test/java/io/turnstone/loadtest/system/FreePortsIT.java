package io.turnstone.loadtest.system;

import static io.turnstone.loadtest.system.Steps.relayedAddress;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.Credentials;
import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.client.TurnClient;
import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What tests take for a free port is one that they can be reached at. */
@Timeout(60)
class FreePortsIT {
    private static final int RELAY_PORTS = 8;

    @Test
    void shouldTellThatANodeTakesAPortWhichItHasNotBound() {
        Tools.requireRoot();
        int first = FreePorts.range(RELAY_PORTS);
        Credentials user = Credentials.longTerm(TurnstoneNode.USER, TurnstoneNode.PASSWORD);
        try (TurnstoneNode node = TurnstoneNode
            .startAt(first, RELAY_PORTS, Tools.ARTEFACTS, "--relay-sockets", "range");
            ClientLoop loop = ClientLoop.start();
            TurnClient client = loop.client(Loopback.ipv4(node.port()), user)) {
            InetSocketAddress relayed = relayedAddress(client.allocate().join());
            assertThat(relayed.getPort()).isBetween(first, first + RELAY_PORTS - 1);

            assertThat(FreePorts.isHeard(relayed.getPort())).isFalse();
            assertThat(FreePorts.isHeard(FreePorts.one())).isTrue();
        }
    }
}
