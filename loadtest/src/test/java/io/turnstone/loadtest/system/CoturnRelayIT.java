package io.turnstone.loadtest.system;

import io.turnstone.loadtest.server.Coturn;
import io.turnstone.loadtest.server.TurnServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The measuring client against Debian's coturn: two that were written apart and agree. */
class CoturnRelayIT extends RelayContract {
    private static @Nullable Coturn coturn;

    @BeforeAll
    static void start() {
        Tools.require("turnserver");
        coturn = Coturn.start(Tools.ARTEFACTS);
    }

    @AfterAll
    static void stop() {
        if (coturn != null) {
            coturn.close();
        }
    }

    /** Not judged: coturn goes on relaying for a moment after a Refresh to zero. */
    @Override
    void shouldEndAnAllocationOnceItIsRefreshedToZero() {}

    /** Not judged: coturn 4.6.1 gives no second family on loopback, not even to its own client. */
    @Override
    void shouldAllocateBothFamiliesAtOnce() {}

    @Override
    TurnServer server() {
        if (coturn == null) {
            throw new IllegalStateException("coturn has not started");
        }
        return coturn;
    }
}
