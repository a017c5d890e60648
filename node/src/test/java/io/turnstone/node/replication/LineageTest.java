package io.turnstone.node.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LineageTest {
    private static final long CREATOR = 1;
    private static final long OTHER = 3;
    private static final long THIRD = 4;

    @Test
    void shouldNotCoverWhatAnotherOwnerWroteUnseen() {
        Lineage seen = Lineage.first(CREATOR);
        Lineage taken = seen.takenBy(OTHER, 0);
        assertThat(taken.covers(seen.version())).isTrue();
        assertThat(taken.covers(seen.next().version())).isFalse();
    }

    @Test
    void shouldCoverBothSidesOnceMerged() {
        Lineage left = Lineage.first(CREATOR).takenBy(OTHER, 0);
        Lineage right = Lineage.first(CREATOR).next().takenBy(THIRD, 0).next();
        Lineage merged = left.merge(right).takenBy(OTHER, 0);
        assertThat(merged.covers(left.version())).isTrue();
        assertThat(merged.covers(right.version())).isTrue();
    }

    @Test
    void shouldNeverRepeatALineageThatItsOwnerHasForgotten() {
        Lineage seen = Lineage.first(CREATOR);
        Lineage forgotten = seen.takenBy(OTHER, 1_000);
        Lineage again = seen.takenBy(OTHER, 2_000);
        assertThat(again.covers(forgotten.version())).isFalse();
        assertThat(again.version()).isGreaterThan(forgotten.version());
    }

    @Test
    void shouldRememberItsCreatorHoweverManyOwnersFollowed() {
        Lineage many = Lineage.first(CREATOR);
        for (int owner = 2; owner < 3 * Lineage.ANCESTORS_MAX; owner++) {
            many = many.takenBy(owner, 0);
        }
        assertThat(many.ancestors()).hasSize(Lineage.ANCESTORS_MAX);
        assertThat(many.origin().owner()).isEqualTo(CREATOR);
    }
}
