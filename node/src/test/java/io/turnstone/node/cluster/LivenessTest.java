package io.turnstone.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.cluster.Liveness.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LivenessTest {
    private static final long SELF = 1;
    private static final long PEER = 2;
    private static final long OTHER = 3;
    /** Close to the overflow, as nanoTime may be. */
    private static final long START_NS = Long.MAX_VALUE - TimeUnit.MILLISECONDS.toNanos(250);

    private final List<String> changes = new ArrayList<>();
    private final Liveness liveness = new Liveness(SELF, ns(300),
        (incarnation, before, now) -> changes.add(incarnation + " " + before + " " + now));
    private long nowNs = START_NS;

    @Test
    void shouldCountAPeerAsLiveOnlyWhenItsDigestsAgree() {
        liveness.joined(PEER, nowNs);
        pass(100, PEER);
        assertThat(liveness.live()).containsExactly(SELF);

        liveness.digests(PEER, true);
        pass(0, PEER);

        assertThat(liveness.live()).containsExactlyInAnyOrder(SELF, PEER);
        assertThat(changes).containsExactly("2 GONE CATCHING_UP", "2 CATCHING_UP LIVE");
    }

    @ParameterizedTest
    @CsvSource({"299, LIVE", "300, LIVE", "301, SUSPECT"})
    void shouldSuspectAPeerWhenTheTimeOutHasPassed(long silentMs, State expected) {
        live(PEER);

        pass(silentMs);

        assertThat(liveness.state(PEER)).isEqualTo(expected);
    }

    @Test
    void shouldTakeASuspectBackOnlyWhenDigestsAgreeAnew() {
        live(PEER);
        pass(301);
        liveness.digests(PEER, true);
        pass(10);
        assertThat(liveness.state(PEER)).isEqualTo(State.SUSPECT);

        pass(10, PEER);
        pass(10, PEER);
        assertThat(liveness.state(PEER)).isEqualTo(State.CATCHING_UP);

        liveness.digests(PEER, true);
        pass(10, PEER);
        assertThat(changes).containsExactly(
            "2 LIVE SUSPECT",
            "2 SUSPECT CATCHING_UP",
            "2 CATCHING_UP LIVE");
    }

    @Test
    void shouldSuspectAPeerThatIsCatchingUpAndFallsSilent() {
        liveness.joined(PEER, nowNs);

        pass(301);

        assertThat(liveness.state(PEER)).isEqualTo(State.SUSPECT);
    }

    @ParameterizedTest
    @CsvSource({"150, 0, SUSPECT", "151, 0, LIVE", "151, 299, LIVE", "151, 300, SUSPECT"})
    void shouldSuspectNobodyForATimeOutAfterOwnLateness(long lateMs, long afterMs, State expected) {
        live(PEER);
        nowNs += ns(301);
        liveness.late(ns(lateMs), nowNs);

        pass(afterMs);

        assertThat(liveness.state(PEER)).isEqualTo(expected);
    }

    @Test
    void shouldCatchUpItselfAfterOwnLateness() {
        live(PEER);
        live(OTHER);
        liveness.late(ns(1_000), nowNs);
        assertThat(liveness.live()).containsExactlyInAnyOrder(PEER, OTHER);

        liveness.digests(PEER, true);
        pass(10, PEER, OTHER);
        assertThat(liveness.state(SELF)).isEqualTo(State.CATCHING_UP);

        liveness.digests(OTHER, true);
        pass(10, PEER, OTHER);
        assertThat(changes).containsExactly("1 LIVE CATCHING_UP", "1 CATCHING_UP LIVE");
    }

    @Test
    void shouldNotWaitForPeersThatItDoesNotHearAfterOwnLateness() {
        live(PEER);
        nowNs += ns(1_000);
        liveness.late(ns(1_000), nowNs);

        pass(299);
        assertThat(liveness.state(SELF)).isEqualTo(State.CATCHING_UP);
        pass(1);

        assertThat(changes).containsExactly("1 LIVE CATCHING_UP", "2 LIVE SUSPECT", "1 CATCHING_UP LIVE");
    }

    @Test
    void shouldStayLiveWhenItIsLateAndAlone() {
        liveness.late(ns(1_000), nowNs);
        pass(0);

        assertThat(liveness.live()).isEqualTo(Set.of(SELF));
        assertThat(changes).isEmpty();
    }

    @Test
    void shouldForgetAPeerThatLeft() {
        live(PEER);

        liveness.left(PEER);
        liveness.left(PEER);
        liveness.heard(PEER, nowNs);
        liveness.digests(PEER, true);
        pass(1_000);

        assertThat(changes).containsExactly("2 LIVE GONE");
        assertThat(liveness.state(PEER)).isEqualTo(State.GONE);
    }

    @Test
    void shouldIgnoreWhatWasHeardEarlier() {
        live(PEER);
        liveness.heard(PEER, nowNs - ns(200));

        pass(300);

        assertThat(liveness.state(PEER)).isEqualTo(State.LIVE);
    }

    private void live(long incarnation) {
        liveness.joined(incarnation, nowNs);
        liveness.digests(incarnation, true);
        liveness.poll(nowNs);
        changes.clear();
    }

    /** Time passes, then those nodes are heard, then everyone is judged. */
    private void pass(long milliseconds, long... heard) {
        nowNs += ns(milliseconds);
        for (long incarnation : heard) {
            liveness.heard(incarnation, nowNs);
        }
        liveness.poll(nowNs);
    }

    private static long ns(long milliseconds) {
        return TimeUnit.MILLISECONDS.toNanos(milliseconds);
    }
}
