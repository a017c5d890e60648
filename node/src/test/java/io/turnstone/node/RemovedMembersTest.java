package io.turnstone.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.RemovedMembers.Step;
import org.junit.jupiter.api.Test;

class RemovedMembersTest {
    private static final long NODE = 7;
    private static final long HOUR_MS = 3_600_000;

    private final RemovedMembers removed = new RemovedMembers();

    @Test
    void shouldGoOnWithOneThatIsHeard() {
        removed.add(NODE, 0);

        assertThat(removed.judge(NODE, false, false, 1)).isEqualTo(Step.NONE);
        assertThat(removed.judge(NODE, false, false, 2 * HOUR_MS)).isEqualTo(Step.NONE);
    }

    @Test
    void shouldPartOnceWhenSilentAndMeetOnceWhenHeardAgain() {
        removed.add(NODE, 0);

        assertThat(removed.judge(NODE, true, false, 1)).isEqualTo(Step.PART);
        assertThat(removed.judge(NODE, true, false, 2)).isEqualTo(Step.NONE);
        assertThat(removed.judge(NODE, false, false, 3)).isEqualTo(Step.MEET);
        assertThat(removed.judge(NODE, false, false, 4)).isEqualTo(Step.NONE);
        assertThat(removed.judge(NODE, true, false, 5)).isEqualTo(Step.PART);
    }

    @Test
    void shouldMeetBeforeTheFirstMessageIsRead() {
        removed.add(NODE, 0);
        removed.judge(NODE, true, false, 1);

        assertThat(removed.heard(NODE)).isTrue();
        assertThat(removed.heard(NODE)).isFalse();
        assertThat(removed.judge(NODE, false, false, 2)).isEqualTo(Step.NONE);
    }

    @Test
    void shouldForgetAfterAnHourOfSilence() {
        removed.add(NODE, 0);
        removed.judge(NODE, true, false, 1);

        assertThat(removed.judge(NODE, true, false, HOUR_MS - 1)).isEqualTo(Step.NONE);
        assertThat(removed.judge(NODE, true, false, HOUR_MS)).isEqualTo(Step.FORGET);
        assertThat(removed.contains(NODE)).isFalse();
        assertThat(removed.heard(NODE)).isFalse();
    }

    @Test
    void shouldForgetAtOnceWhatHasDrained() {
        removed.add(NODE, 0);

        assertThat(removed.judge(NODE, false, true, 1)).isEqualTo(Step.NONE);
        assertThat(removed.judge(NODE, true, true, 2)).isEqualTo(Step.FORGET);
    }

    @Test
    void shouldTellWhetherOneThatIsAMemberAgainHasToBeMet() {
        removed.add(NODE, 0);
        assertThat(removed.remove(NODE)).isFalse();

        removed.add(NODE, 0);
        removed.judge(NODE, true, false, 1);
        assertThat(removed.remove(NODE)).isTrue();
        assertThat(removed.size()).isZero();
    }
}
