package io.turnstone.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.fabric.ClusterSide;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClusterMergeTest {
    private static final ClusterSide TWO = new ClusterSide(2, 50, false);
    private static final ClusterSide THREE = new ClusterSide(3, 70, false);

    private final ClusterMerge merge = new ClusterMerge();

    @Test
    void shouldGiveWayToTheLargerWhenBothHaveStoodForASecond() {
        Map<Long, ClusterSide> strangers = Map.of(70L, THREE, 71L, THREE);

        assertThat(merge.judge(TWO, strangers, 0)).isEmpty();
        assertThat(merge.judge(TWO, strangers, 999)).isEmpty();
        assertThat(merge.judge(TWO, strangers, 1_000)).containsExactlyInAnyOrder(70L, 71L);
    }

    @Test
    void shouldStayWhenItIsTheLarger() {
        assertThat(judged(THREE, Map.of(50L, TWO))).isEmpty();
    }

    @Test
    void shouldGiveWayToTheLowestIncarnationOfTwoEqualOnes() {
        ClusterSide low = new ClusterSide(1, 5, false);
        ClusterSide high = new ClusterSide(1, -5, false);

        assertThat(judged(high, Map.of(5L, low))).containsExactly(5L);
        assertThat(judged(low, Map.of(-5L, high))).isEmpty();
    }

    @Test
    void shouldJoinTheBestOfSeveral() {
        ClusterSide four = new ClusterSide(4, 90, false);

        assertThat(judged(TWO, Map.of(70L, THREE, 90L, four))).containsExactly(90L);
    }

    @Test
    void shouldWaitAgainWhenOneOfTheTwoHasChanged() {
        merge.judge(TWO, Map.of(70L, THREE), 0);

        assertThat(merge.judge(TWO, Map.of(70L, new ClusterSide(4, 70, false)), 1_000)).isEmpty();
        assertThat(merge.judge(new ClusterSide(1, 50, false), Map.of(70L, new ClusterSide(4, 70, false)), 2_000))
            .isEmpty();
    }

    @Test
    void shouldStayWhileOneOfTheTwoIsNoClusterOrCountsThisNodeIn() {
        assertThat(judged(ClusterSide.NONE, Map.of(70L, THREE))).isEmpty();
        assertThat(judged(TWO, Map.of(70L, ClusterSide.NONE))).isEmpty();
        assertThat(judged(TWO, Map.of(70L, new ClusterSide(3, 70, true)))).isEmpty();
    }

    @Test
    void shouldNotTakeTwoViewsOfOneClusterForTwo() {
        assertThat(judged(TWO, Map.of(70L, new ClusterSide(3, 50, false)))).isEmpty();
    }

    private Set<Long> judged(ClusterSide own, Map<Long, ClusterSide> strangers) {
        merge.judge(own, strangers, 0);
        return merge.judge(own, strangers, 10_000);
    }
}
