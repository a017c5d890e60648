package io.turnstone.loadtest.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.command.Sample;
import io.turnstone.loadtest.signaling.ReturningUsers;
import io.turnstone.loadtest.signaling.SignalingTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A third of many registered users lose their node and come back to the others as browser libraries do. Each is reached
 * as soon as it is registered again, over its new connection and no other, and so is everybody else.
 */
@Timeout(120)
class RegisteredUsersIT {
    private static final int NODES = 3;
    private static final String DOMAIN = "sip.test";
    private static final String USER = "user";
    private static final String PASSWORD = "secret";
    private static final long SEED = 5_626;
    private static final long REACHED_NS_MAX = 5_000_000_000L;
    private static final double NS_PER_MS = 1e6;

    @Test
    void shouldReachAThousandUsersWhenTheirNodeIsKilled() throws IOException {
        loseANode(1_000);
    }

    @Test
    @Tag("full")
    @Tag("failover")
    @Timeout(600)
    void shouldReachTenThousandUsersWhenTheirNodeIsKilled() throws IOException {
        loseANode(10_000);
    }

    private static void loseANode(int count) throws IOException {
        try (
            TurnstoneCluster cluster = TurnstoneCluster.start("registered", NODES, flags(count));
            ReturningUsers users = new ReturningUsers(targets(cluster), SEED)) {
            Sample registered = users.start(count);
            assertThat(registered.failures()).isEmpty();
            Sample before = users.tellEverybody();
            assertThat(before.failures()).isEmpty();

            ReturningUsers.Return back = users.lose(1, () -> cluster.kill(1));
            Sample after = users.tellEverybody();
            report(count, registered, back, after);

            assertThat(after.failures()).isEmpty();
            assertThat(users.faults()).isEmpty();
            assertThat(back.reachedNs().getTotalCount()).isEqualTo(back.users()).isGreaterThan(count / NODES - 1);
            assertThat(back.reachedNs().getMaxValue()).isLessThan(REACHED_NS_MAX);
        }
    }

    private static List<SignalingTarget> targets(TurnstoneCluster cluster) {
        return IntStream.range(0, NODES)
            .mapToObj(
                node -> new SignalingTarget("node " + node, Loopback.ipv4(cluster.webSocketPort(node)), DOMAIN, USER,
                    PASSWORD, List.of()))
            .toList();
    }

    private static String[] flags(int count) {
        List<String> flags = new ArrayList<>(
            List.of("--sip-domain", DOMAIN, "--set", "signaling.connections-per-source-maximum=" + count));
        for (int number = 0; number < count; number++) {
            flags.addAll(List.of("--user", USER + number + ":" + PASSWORD));
        }
        return flags.toArray(String[]::new);
    }

    private static void report(int count, Sample registered, ReturningUsers.Return back, Sample after)
        throws IOException {
        Files.writeString(Tools.ARTEFACTS.resolve("registered-users-" + count + ".txt"), String.format(Locale.ROOT,
            "%d users registered in %.1f s; %d lost their node, registered again after it %s, reached then within %s; "
                + "everybody told something in %.1f s, the slowest in %.0f ms%n",
            count, registered.seconds(), back.users(), spread(back.registeredNs()), spread(back.reachedNs()),
            after.seconds(), after.waitMs(100)));
    }

    private static String spread(Histogram ns) {
        return String.format(Locale.ROOT, "%.0f ms (median), %.0f ms (p99), %.0f ms (slowest)",
            ns.getValueAtPercentile(50) / NS_PER_MS, ns.getValueAtPercentile(99) / NS_PER_MS,
            ns.getMaxValue() / NS_PER_MS);
    }
}
