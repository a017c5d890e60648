package io.turnstone.loadtest.system;

import static io.turnstone.loadtest.system.Steps.letFlow;
import static io.turnstone.loadtest.system.Steps.relayedAddress;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.TurnClient;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of two nodes either may die: the other serves what both served, and takes the dead one in again. */
@Timeout(180)
class TwoNodesIT {
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldSurviveTheDeathOfEither(int dead) {
        int survivor = 1 - dead;
        try (TurnstoneCluster cluster = TurnstoneCluster.start("two-" + dead, 2);
            ClientLoop loop = ClientLoop.start()) {
            TurnClient client = loop.client(cluster.balancedTo(dead), cluster.node(dead).credentials());
            relayedAddress(client.allocate().join());

            cluster.node(dead).process().kill();
            client.moveTo(cluster.balancedTo(survivor));
            letFlow(6_000);

            assertThat(client.refresh(600).join().errorCode()).as("the survivor has taken over").isZero();
            TurnClient fresh = loop.client(cluster.balancedTo(survivor), cluster.node(survivor).credentials());
            relayedAddress(fresh.allocate().join());
            assertThat(cluster.node(survivor).admin().status("/ready")).isEqualTo(200);
            assertThat(cluster.node(survivor).process().output()).doesNotContain("SplitBrainResolver");

            cluster.restart(dead);
            fresh.moveTo(cluster.balancedTo(dead));
            assertThat(fresh.refresh(600).join().errorCode()).as("the restarted node knows the route").isZero();
        }
    }
}
