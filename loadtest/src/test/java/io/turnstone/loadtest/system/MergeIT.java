package io.turnstone.loadtest.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.turnstone.loadtest.bed.BalancerForm;
import io.turnstone.loadtest.bed.Bed;
import io.turnstone.loadtest.bed.RelayNodes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two clusters that hear each other become one, and no process ends for it. */
@Timeout(240)
class MergeIT {
    private static final Duration MERGED_MAX = Duration.ofSeconds(30);
    private static final Duration APART_MAX = Duration.ofSeconds(60);

    @BeforeEach
    void needNamespaces() {
        Tools.requireNamespaces();
    }

    @Test
    void shouldBecomeOneAgainWhenEachOfTwoWentOnAlone() {
        try (Bed bed = bed("merge-two", 2); RelayNodes nodes = nodes(bed)) {
            nodes.startFirst(2);
            List<Long> processes = List.of(nodes.pid(1), nodes.pid(2));

            bed.partition(List.of(1), List.of(2));
            awaitMembers(nodes, List.of(1, 2), 1, APART_MAX);
            bed.heal();
            awaitMembers(nodes, List.of(1, 2), 2, MERGED_MAX);

            assertThat(List.of(nodes.pid(1), nodes.pid(2))).isEqualTo(processes);
        }
    }

    /** Restarted where it hears nobody, the first seed founds a cluster when it has waited long enough. */
    @Test
    @Tag("full")
    void shouldTakeInAFirstSeedThatFoundedAClusterWhenItWasCutOff() {
        try (Bed bed = bed("merge-founder", 3); RelayNodes nodes = nodes(bed)) {
            nodes.startFirst(3);
            List<Long> majority = List.of(nodes.pid(2), nodes.pid(3));
            bed.partition(List.of(1), List.of(2, 3));
            nodes.kill(1);
            nodes.launch(1);
            awaitMembers(nodes, List.of(1), 1, APART_MAX);
            awaitMembers(nodes, List.of(2, 3), 2, APART_MAX);
            long founder = nodes.pid(1);

            bed.heal();
            awaitMembers(nodes, List.of(1, 2, 3), 3, MERGED_MAX);

            assertThat(nodes.pid(1)).isEqualTo(founder);
            assertThat(List.of(nodes.pid(2), nodes.pid(3))).isEqualTo(majority);
        }
    }

    private static Bed bed(String name, int size) {
        return Bed.make(size, BalancerForm.STATELESS, Tools.ARTEFACTS.resolve(Path.of("merge", name)));
    }

    private static RelayNodes nodes(Bed bed) {
        return new RelayNodes(bed, "node", FailoverForm.SHORT.jvmOptions(), List.of());
    }

    /** Each of them is ready in a cluster of that size, and live to all of it; one that starts does not answer yet. */
    private static void awaitMembers(RelayNodes nodes, List<Integer> some, int size, Duration max) {
        await().atMost(max)
            .ignoreExceptionsInstanceOf(IllegalStateException.class)
            .pollInterval(Duration.ofMillis(200))
            .untilAsserted(() -> some.forEach(node -> {
                assertThat(nodes.metrics(node).sum("turnstone_members")).as("members node %d knows", node)
                    .isEqualTo(size);
                assertThat(nodes.metrics(node).sum("turnstone_nodes_live")).as("nodes live to node %d", node)
                    .isEqualTo(size);
                assertThat(nodes.isReady(node)).as("node %d is ready", node).isTrue();
            }));
    }
}
