package io.turnstone.loadtest.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.relay.RelayPlan;
import io.turnstone.loadtest.relay.RelayRun;
import io.turnstone.loadtest.relay.RelaySample;
import io.turnstone.loadtest.relay.RelayTarget;
import io.turnstone.loadtest.server.BareRelay;
import io.turnstone.loadtest.server.FreePorts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The relay in C that servers are measured beside, and the generator without TURN. */
@Timeout(120)
class BareRelayIT {
    private static final int FLOWS = 50;
    private static final int WINDOW = 10;

    @Test
    void shouldRelayWithASocketForEachFlowAndGiveThemBack() throws IOException {
        Tools.require("cc");
        InetSocketAddress peer = Loopback.ipv4(FreePorts.one());
        RelayPlan plan = new RelayPlan(FLOWS, RelayPlan.Path.PEER, RelayPlan.Carrier.CHANNELS, 160, WINDOW, true, 0, 1,
            true,
            Loopback.ipv4(0).getAddress(), peer, 0, 1);
        try (BareRelay relay = BareRelay.start(Tools.ARTEFACTS, "127.0.0.2", peer)) {
            long pid = relay.process().pid();
            RelayTarget target = RelayTarget.bareRelay("bare relay", relay.address(), pid);
            long before = descriptors(pid);
            for (int round = 0; round < 2; round++) {
                RelaySample sample = RelayRun.measure(target, plan);
                assertThat(sample.delivered()).isGreaterThan(5_000);
                assertThat(sample.lossPercent()).isLessThan(1);
                assertThat(sample.serverSecondsPerMillion()).isPositive();
                await().until(() -> descriptors(pid) == before);
            }
        }
    }

    private static long descriptors(long pid) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return open.count();
        }
    }
}
