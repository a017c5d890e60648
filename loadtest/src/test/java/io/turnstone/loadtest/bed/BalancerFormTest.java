package io.turnstone.loadtest.bed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BalancerFormTest {
    private static final int SLOTS = 120;

    @Test
    void shouldGiveEveryActiveNodeItsShare() {
        for (List<Integer> active : List.of(List.of(1, 2, 3, 4, 5), List.of(2, 3, 5), List.of(4))) {
            int[] slots = new int[6];
            IntStream.range(0, SLOTS).forEach(slot -> slots[BalancerForm.node(slot, 5, active)]++);

            assertThat(active).allSatisfy(node -> assertThat(slots[node]).isEqualTo(SLOTS / active.size()));
        }
    }

    @Test
    void shouldMoveOnlyTheFlowsOfTheNodeThatLeft() {
        List<Integer> before = List.of(1, 2, 3);
        List<Integer> after = List.of(1, 3);

        assertThat(IntStream.range(0, SLOTS)).allSatisfy(slot -> {
            int node = BalancerForm.node(slot, 3, before);
            assertThat(node == 2 || BalancerForm.node(slot, 3, after) == node).isTrue();
        });
    }

    @ParameterizedTest
    @EnumSource
    void shouldReplaceItsTableInOneTransaction(BalancerForm form) {
        assertThat(form.rules(3, List.of(1, 2))).startsWith("add table inet balancer\ndelete table inet balancer\n")
            .contains("0 : ")
            .contains(SLOTS - 1 + " : ");
    }
}
