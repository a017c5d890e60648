package io.turnstone.loadtest.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.turnstone.loadtest.bed.BalancerForm;
import io.turnstone.loadtest.bed.HoldProcess;
import io.turnstone.loadtest.bed.RelayNodes;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Three of five nodes cannot hear the other two, while clients reach all of them; then they can again. */
@Timeout(420)
class PartitionIT {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionIT.class);
    private static final List<Integer> MAJORITY = List.of(1, 2, 3);
    private static final List<Integer> MINORITY = List.of(4, 5);
    private static final Duration CONVERGED_MAX = Duration.ofSeconds(5);
    /** Five JVMs on a machine that builds at the same time suspect each other now and then. */
    private static final Duration CONVERGED_MAX_SHORT = Duration.ofSeconds(20);
    private static final Duration TOGETHER_MAX = Duration.ofSeconds(60);
    /** Until the minority has been given up. */
    private static final long REHEARSAL_MS = 8_000;
    private static final int REHEARSALS = 2;
    private static final long WARM_UP_MS = 30_000;
    private static final int FRESH = 20;
    private static final GapLimits GAPS_BETWEEN_SIDES = GapLimits.each(8_000);
    /** Of 100 flows between clients anywhere, 52 are expected to have both of them on one side; the balancer's hash varies. */
    private static final int FLOWING_MIN = 20;
    private static final int NODES = 5;
    private static final FailoverPlan DIRECT = FailoverPlan.of("partition", NODES).within(GapLimits.each(1_000));

    @BeforeEach
    void needNamespaces() {
        Tools.requireNamespaces();
    }

    @Test
    void shouldKeepFlowsOnBothSidesAndAgreeAfterwards() {
        partition(DIRECT, FailoverForm.SHORT, 14_000, PartitionIT::rehearse).assertGaps();
    }

    @Test
    @Tag("full")
    @Tag("failover")
    @Timeout(3_600)
    void shouldKeepFlowsOnBothSidesAndAgreeAfterwardsTenTimes() {
        partition(DIRECT, FailoverForm.FULL.startingQuickly(), 30_000, PartitionIT::rehearse).assertGaps();
    }

    /**
     * A flow between the sides pauses until the balancer has learned that the minority is not ready any more. Nearly every
     * packet passes two nodes here, which five of them bear on two cores when their code is compiled as an operator's is.
     */
    @Test
    @Tag("full")
    @Tag("failover")
    @Timeout(3_600)
    void shouldKeepAllocationsWhenAnswersLeaveWhereTheClientIsHeardTenTimes() {
        FailoverPlan plan = FailoverPlan.of("partition-attachment", NODES)
            .behind(BalancerForm.CONNTRACK)
            .within(GAPS_BETWEEN_SIDES);
        partition(plan, FailoverForm.FULL, 30_000, PartitionIT::rehearseUnderLoad)
            .assertGaps()
            .assertFlowing(FLOWING_MIN);
    }

    private static FailoverSeries partition(FailoverPlan plan, FailoverForm form, long ms,
        FailoverRun.Fault rehearsal) {
        return FailoverSeries.run(plan, form, rehearsal, run -> {
            List<Long> processes = processes(run.nodes());
            long healsNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
            run.bed().partition(MAJORITY, MINORITY);
            try (HoldProcess fresh = HoldProcess.start(run.bed(), "fresh", holdFresh())) {
                fresh.awaitHolding();
                run.bed().awaitBalanced(MAJORITY.size());
                assertOwnedByTheMajority(run.nodes());
                Steps.letFlow(TimeUnit.NANOSECONDS.toMillis(healsNs - System.nanoTime()));
                int[] logged = IntStream.rangeClosed(1, NODES).map(node -> run.nodes().log(node).length()).toArray();
                run.bed().heal();
                assertConverged(run.nodes(), logged, form.strict() ? CONVERGED_MAX : CONVERGED_MAX_SHORT);
                assertReunion(run.nodes(), form.allocations() + FRESH);
                fresh.stop();
                assertThat(fresh.result().lost() + fresh.result().errors()).as(fresh.result().text()).isZero();
            }
            assertThat(processes(run.nodes())).isEqualTo(processes);
        }).assertNothingLost();
    }

    private static void rehearse(FailoverRun run) {
        run.bed().partition(MAJORITY, MINORITY);
        run.bed().awaitBalanced(MAJORITY.size());
        Steps.letFlow(REHEARSAL_MS);
        run.bed().heal();
        awaitTogether(run.nodes());
    }

    /** Until the compilers are done: first with what a node always does, then with what a partition makes it do. */
    private static void rehearseUnderLoad(FailoverRun run) {
        run.holdThrough(calm -> Steps.letFlow(WARM_UP_MS));
        for (int i = 0; i < REHEARSALS; i++) {
            run.holdThrough(PartitionIT::rehearse);
        }
    }

    /** One that is busy may not answer. */
    private static void awaitTogether(RelayNodes nodes) {
        await().atMost(TOGETHER_MAX)
            .ignoreExceptionsInstanceOf(IllegalStateException.class)
            .pollInterval(Duration.ofMillis(250))
            .untilAsserted(() -> IntStream.rangeClosed(1, NODES).forEach(node -> assertTogether(nodes, node)));
    }

    private static void assertTogether(RelayNodes nodes, int node) {
        assertThat(nodes.metrics(node).sum("turnstone_members")).as("members that node %d counts", node)
            .isEqualTo(NODES);
        assertThat(nodes.isReady(node))
            .as(() -> "node " + node + " is ready, of which it says " + nodes.body(node, "/ready"))
            .isTrue();
    }

    private static List<String> holdFresh() {
        return List.of("--seconds", "0", "--allocations", Integer.toString(FRESH), "--measured", "4");
    }

    private static List<Long> processes(RelayNodes nodes) {
        return IntStream.rangeClosed(1, NODES).mapToObj(nodes::pid).toList();
    }

    /**
     * The balancer sent some of the new clients to the minority at first, which gave them nothing. Now it is not ready, and
     * knows no allocation of theirs.
     */
    private static void assertOwnedByTheMajority(RelayNodes nodes) {
        Set<String> fresh = new HashSet<>(nodes.owners(MAJORITY.getFirst()).keySet());
        for (int node : MINORITY) {
            assertThat(nodes.isReady(node)).as("node %d is ready", node).isFalse();
            fresh.removeAll(nodes.owners(node).keySet());
        }
        assertThat(fresh).hasSize(FRESH);
        assertThat(nodes.owners(MAJORITY.getFirst()).entrySet()).filteredOn(owner -> fresh.contains(owner.getKey()))
            .extracting(Map.Entry::getValue)
            .isSubsetOf(MAJORITY.stream().map(RelayNodes::name).toList());
    }

    /**
     * Each node has compared digests with each of the other side and found them equal, which is when it says that the other
     * one is live. On a busy machine some are suspected again soon; that parts no routes.
     */
    private static void assertConverged(RelayNodes nodes, int[] logged, Duration max) {
        long healedNs = System.nanoTime();
        await().atMost(max).pollInterval(Duration.ofMillis(100)).until(() -> everyNode(node -> {
            String news = nodes.log(node).substring(logged[node - 1]);
            return otherSide(node).stream()
                .allMatch(peer -> news.contains("Node " + RelayNodes.name(peer) + " is LIVE"));
        }));
        LOG.info("all digests are equal {} ms after healing", msSince(healedNs));
    }

    private static List<Integer> otherSide(int node) {
        return MAJORITY.contains(node) ? MINORITY : MAJORITY;
    }

    private static void assertReunion(RelayNodes nodes, int allocations) {
        long healedNs = System.nanoTime();
        await().atMost(TOGETHER_MAX)
            .ignoreExceptionsInstanceOf(IllegalStateException.class)
            .pollInterval(Duration.ofMillis(250))
            .untilAsserted(() -> assertAgreement(nodes, allocations));
        LOG.info("checked {} ms later that all name the same homes", msSince(healedNs));
        awaitTogether(nodes);
        LOG.info("one cluster again {} ms later", msSince(healedNs));
    }

    /** One after the other, up to the first that does not: each question takes CPU time from what it asks about. */
    private static boolean everyNode(IntPredicate condition) {
        return IntStream.rangeClosed(1, NODES).allMatch(condition);
    }

    private static long msSince(long startNs) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
    }

    /** Every node knows every route, all name the same home for it, and no two share an address. */
    private static void assertAgreement(RelayNodes nodes, int allocations) {
        Map<String, String> first = nodes.homes(1);
        assertThat(first).hasSize(allocations);
        assertThat(first.keySet().stream().map(name -> name.substring(name.indexOf(' ')))).doesNotHaveDuplicates();
        for (int node = 2; node <= NODES; node++) {
            assertThat(nodes.homes(node)).as("homes that node %d knows", node).isEqualTo(first);
        }
    }
}
