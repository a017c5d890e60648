package io.turnstone.node.rib;

import static io.turnstone.node.rib.Routes.OTHER_PEER;
import static io.turnstone.node.rib.Routes.PEER;
import static io.turnstone.node.rib.Routes.route;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RouteTest {
    private final Route created = route(1, 11, 1_000, 50_000, 600_000);

    @Test
    void shouldReadWhatItHasWritten() {
        RouteCodec codec = new RouteCodec();
        Route route = created.takenBy(12, 0)
            .withPermissions(List.of(new Permission(PEER.ip(), 5)))
            .withChannel(new Channel(0x4000, PEER, 6));
        assertThat(codec.decode(codec.encode(route))).contains(route);
    }

    @Test
    void shouldNotReadGarbage() {
        RouteCodec codec = new RouteCodec();
        Random random = new Random(1);
        byte[] good = codec.encode(created);
        for (int i = 0; i < 2_000; i++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            codec.decode(bad);
        }
        assertThat(codec.decode(new byte[0])).isEmpty();
    }

    @Test
    void shouldMergeTheSameWhicheverIsAsked() {
        Route one = created.next(0).withPermissions(List.of(new Permission(PEER.ip(), 50_000)));
        Route other = created.takenBy(12, 0)
            .withExpiry(300_000)
            .withPermissions(List.of(new Permission(PEER.ip(), 40_000), new Permission(OTHER_PEER.ip(), 60_000)));
        Route merged = one.merge(other);
        assertThat(merged).isEqualTo(other.merge(one));
        assertThat(merged.version()).isEqualTo(other.version());
        assertThat(merged.expiryMs()).isEqualTo(600_000);
        assertThat(merged.permissions())
            .containsExactly(new Permission(PEER.ip(), 50_000), new Permission(OTHER_PEER.ip(), 60_000));
    }

    @Test
    void shouldLeaveAChannelBoundDifferentlyWithTheHigherTerm() {
        Route low = created.next(0).withChannel(new Channel(0x4000, PEER, 90_000));
        Route high = created.takenBy(12, 0).withChannel(new Channel(0x4000, OTHER_PEER, 10_000));
        assertThat(low.merge(high).channels()).containsExactly(new Channel(0x4000, OTHER_PEER, 10_000));
    }

    @Test
    void shouldCoverWhatItWasBuiltOnAndNothingElse() {
        Route seen = created.next(0);
        Route taken = seen.takenBy(12, 0);
        assertThat(taken.lineage().covers(seen.version())).isTrue();
        assertThat(taken.lineage().covers(seen.next(0).version())).isFalse();
        assertThat(taken.merge(seen.next(0)).takenBy(13, 0).lineage().covers(seen.next(0).version())).isTrue();
    }

    @Test
    void shouldRememberWhoOpenedTheRelayedAddressThroughManyTakeovers() {
        Route route = created;
        for (int owner = 20; owner < 60; owner++) {
            route = route.takenBy(owner, 0);
        }
        assertThat(route.opener()).isEqualTo(11);
        assertThat(route.owner()).isEqualTo(59);
    }

    @Test
    void shouldKeepAnExpiredChannelWhileItsNumberIsReserved() {
        Route route = created.withChannel(new Channel(0x4000, PEER, 1_000));
        assertThat(route.next(1_000 + 299_999).channels()).hasSize(1);
        assertThat(route.next(1_000 + 300_000).channels()).isEmpty();
    }

    @Test
    void shouldReadAMovedRouteAsItWasWritten() {
        RouteCodec codec = new RouteCodec();
        Route moved = created.movedTo(route(1, 11, 1_009, 50_000, 0).fiveTuple(), 700, 40_000);
        assertThat(codec.decode(codec.encode(moved))).contains(moved);
    }

    @Test
    void shouldKeepTheLaterMoveWhicheverSideWroteMore() {
        Route moved = created.next(0).movedTo(route(1, 11, 1_009, 50_000, 0).fiveTuple(), 700, 40_000);
        Route taken = created.takenBy(12, 0);
        assertThat(moved.merge(taken)).isEqualTo(taken.merge(moved));
        assertThat(moved.merge(taken).fiveTuples()).isEqualTo(moved.fiveTuples());
        assertThat(moved.merge(taken).version()).isEqualTo(taken.version());
    }
}
