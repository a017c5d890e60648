package io.turnstone.loadtest.system;

import io.turnstone.loadtest.server.TurnServer;
import org.junit.jupiter.api.extension.ExtendWith;

/** One node of the cluster through its own port, by the rules that coturn is held to. */
@ExtendWith(ClusterExtension.class)
class TurnstoneRelayIT extends RelayContract {
    private final TurnstoneCluster cluster;

    TurnstoneRelayIT(TurnstoneCluster cluster) {
        this.cluster = cluster;
    }

    @Override
    TurnServer server() {
        return cluster.node(0);
    }
}
