package io.turnstone.node.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnstone.node.auth.ClusterKeys;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FabricControlIT {
    @Test
    void shouldDeliverMessagesInOrderWhenPeersKnowEachOther() {
        try (FabricNode a = FabricNode.start(11); FabricNode b = FabricNode.start(22)) {
            FabricNode.introduce(a, b);
            for (int i = 0; i < 1000; i++) {
                assertThat(a.send(b, "m" + i)).isTrue();
            }
            a.send(b, "end");
            b.send(a, "hello");
            FabricNode.drive(() -> b.messages.contains("11 end") && a.messages.contains("22 hello"), a, b);

            assertThat(b.messages).hasSize(1001).startsWith("11 m0", "11 m1").endsWith("11 m999", "11 end");
            assertThat(b.total(FabricCounter.MISSED)).isZero();
        }
    }

    @Test
    void shouldSignForAPeerOfAnEarlierVersionAsThatKnowsIt() {
        try (FabricNode a = FabricNode.start(11); FabricNode b = FabricNode.start(22)) {
            a.meet(b, false);
            b.meet(a, true);
            FabricNode.drive(() -> a.hears(b) && b.hears(a), a, b);
            a.send(b, "by SipHash");
            b.send(a, "by NH");
            FabricNode.drive(() -> b.messages.contains("11 by SipHash") && a.messages.contains("22 by NH"), a, b);

            assertThat(a.total(FabricCounter.BAD_TAGS) + b.total(FabricCounter.BAD_TAGS)).isZero();
        }
    }

    @Test
    void shouldHoldMessagesBackUntilThePeerKnowsTheSender() {
        try (FabricNode a = FabricNode.start(11); FabricNode b = FabricNode.start(22)) {
            a.meet(b);
            a.send(b, "early");
            FabricNode.drive(() -> b.total(FabricCounter.STRANGERS) > 0, a, b);
            assertThat(b.messages).isEmpty();

            b.meet(a);
            FabricNode.drive(() -> !b.messages.isEmpty(), a, b);
            assertThat(b.messages).containsExactly("11 early");
        }
    }

    @Test
    void shouldCarryAMessageOfManyPackets() {
        try (FabricNode a = FabricNode.start(11); FabricNode b = FabricNode.start(22)) {
            FabricNode.introduce(a, b);
            String large = "x".repeat(100_000);
            String largest = "y".repeat(FabricControl.MESSAGE_BYTES_MAX);
            a.send(b, large);
            a.send(b, largest);
            FabricNode.drive(() -> b.messages.size() == 2, a, b);

            assertThat(b.messages).containsExactly("11 " + large, "11 " + largest);
        }
    }

    @Test
    void shouldRefuseAMessageThatIsTooLarge() {
        try (FabricNode a = FabricNode.start(11)) {
            assertThatThrownBy(() -> a.control.send(22, new byte[FabricControl.MESSAGE_BYTES_MAX + 1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("131025")
                .hasMessageContaining("131024");
        }
    }

    @Test
    void shouldTellThatThePeerIsBehindWhenItsQueueOverflows() {
        try (FabricNode a = FabricNode.start(11, settings -> settings.withQueueBytesMax(200_000));
            FabricNode b = FabricNode.start(22)) {
            a.meet(b);
            assertThat(a.control.send(22, new byte[120_000])).isTrue();
            assertThat(a.control.send(22, new byte[120_000])).isFalse();
            assertThat(a.control.send(22, new byte[1])).isFalse();
            assertThat(a.control.counters().peers().getFirst().messages().behind()).isTrue();
            assertThat(a.control.queuedBytes(22)).isEqualTo(120_000);
            assertThat(a.control.queuedBytes(33)).isZero();

            FabricNode.introduce(a, b);
            FabricNode.drive(() -> b.messages.size() == 1 && a.control.queuedBytes(22) == 0, a, b);
            assertThat(a.send(b, "again")).isTrue();
        }
    }

    @Test
    void shouldDropWhatAnotherKeySigned() {
        FabricSettings outside = FabricNode.settings("127.0.0.1");
        try (FabricNode a = FabricNode.start(11);
            FabricNode b = new FabricNode(22, outside, ClusterKeys.ofSecrets(List.of("another")))) {
            a.meet(b);
            b.meet(a);
            FabricNode.drive(() -> a.view(b).badTags() > 2 && b.view(a).badTags() > 2, a, b);

            assertThat(a.hears(b)).isFalse();
            assertThat(a.total(FabricCounter.BAD_TAGS)).isPositive();
        }
    }

    @Test
    void shouldAcceptBothSecretsWhenTheyAreBeingChanged() {
        ClusterKeys oldFirst = ClusterKeys.ofSecrets(List.of("old", "new"));
        ClusterKeys newFirst = ClusterKeys.ofSecrets(List.of("new", "old"));
        try (FabricNode a = new FabricNode(11, FabricNode.settings("127.0.0.1"), oldFirst);
            FabricNode b = new FabricNode(22, FabricNode.settings("127.0.0.1"), newFirst)) {
            FabricNode.introduce(a, b);
            a.send(b, "from old");
            b.send(a, "from new");
            FabricNode.drive(() -> !a.messages.isEmpty() && !b.messages.isEmpty(), a, b);
            assertThat(a.total(FabricCounter.BAD_TAGS)).isZero();
        }
    }

    @Test
    void shouldKeepProcessesApartWhenOneTakesTheAddressOfAnother() {
        try (FabricNode a = FabricNode.start(11)) {
            FabricSettings shared = FabricNode.settings("127.0.0.1");
            int before;
            try (FabricNode b = new FabricNode(22, shared, FabricNode.KEYS)) {
                before = FabricNode.introduce(a, b);
            }
            a.control.send(22, new byte[]{'x'});
            try (FabricNode c = new FabricNode(33, shared, FabricNode.KEYS)) {
                FabricNode.drive(() -> c.total(FabricCounter.OTHER_INCARNATION) > 0, a, c);
                int after = FabricNode.introduce(a, c);
                a.send(c, "for c");
                FabricNode.drive(() -> !c.messages.isEmpty(), a, c);
                FabricNode.driveFor(200, a, c);

                assertThat(after).isNotEqualTo(before);
                assertThat(c.messages).containsExactly("11 for c");
                a.control.removePeer(22);
                assertThat(a.control.nodeNumber(22)).isEqualTo(FabricControl.NO_NODE);
                assertThat(a.control.nodeNumber(33)).isEqualTo(after);
            }
        }
    }

    @Test
    void shouldHearAPeerAgainWhenItWasRemovedAndAddedAnew() {
        try (FabricNode a = FabricNode.start(11); FabricNode b = FabricNode.start(22)) {
            FabricNode.introduce(a, b);
            a.send(b, "first");
            FabricNode.drive(() -> !b.messages.isEmpty(), a, b);
            a.control.removePeer(22);
            FabricNode.driveFor(200, a, b);
            assertThat(a.send(b, "nobody")).isFalse();

            a.meet(b);
            a.send(b, "second");
            FabricNode.drive(() -> b.messages.size() == 2, a, b);
            assertThat(b.messages).containsExactly("11 first", "11 second");
        }
    }

    @Test
    void shouldTakeNothingForAPeerThatHasLongBeenSilent() {
        try (FabricNode a = FabricNode.start(11); FabricNode b = FabricNode.start(22)) {
            FabricNode.introduce(a, b);
            FabricNode.drive(() -> a.control.lastHeardNs(22) != FabricControl.NEVER, a, b);

            FabricNode.driveFor(2_500, a);
            assertThat(a.send(b, "stale")).isFalse();

            FabricNode.driveFor(500, a, b);
            assertThat(a.send(b, "fresh")).isTrue();
            FabricNode.drive(() -> b.messages.contains("11 fresh"), a, b);
            assertThat(b.messages).doesNotContain("11 stale");
        }
    }

    @Test
    void shouldTellEachPeerOfItsClusterInItsHeartbeats() {
        try (FabricNode a = FabricNode.start(11); FabricNode b = FabricNode.start(22)) {
            FabricNode.introduce(a, b);
            FabricNode.driveFor(200, a, b);
            assertThat(b.control.side(11)).isEqualTo(ClusterSide.NONE);

            ClusterSide side = new ClusterSide(3, -11, true);
            a.control.side(22, side);
            FabricNode.drive(() -> b.control.side(11).equals(side), a, b);
            a.control.side(22, ClusterSide.NONE);
            FabricNode.drive(() -> b.control.side(11).equals(ClusterSide.NONE), a, b);
        }
    }

    @Test
    void shouldReportItsOwnLatenessToItsPeers() {
        try (FabricNode a = FabricNode.start(11); FabricNode b = FabricNode.start(22)) {
            FabricNode.introduce(a, b);
            standStill(400);
            FabricNode.drive(() -> a.view(b).latenessMs() >= 400, a, b);
        }
    }

    @Test
    void shouldBuildAeronAnewWhenTheProcessStoodStillForTooLong() {
        try (FabricNode a = FabricNode.start(11, settings -> settings.withClientLivenessMs(1500));
            FabricNode b = FabricNode.start(22)) {
            FabricNode.introduce(a, b);
            standStill(1600);
            FabricNode.drive(() -> a.total(FabricCounter.REBUILDS) >= 2, a, b);
            long rebuiltNs = System.nanoTime();
            FabricNode.drive(
                () -> a.control.lastHeardNs(22) - rebuiltNs > 0 && b.control.lastHeardNs(11) - rebuiltNs > 0, a, b);
            a.send(b, "back");
            b.send(a, "welcome");
            FabricNode.drive(() -> !b.messages.isEmpty() && !a.messages.isEmpty(), a, b);
            FabricNode.drive(() -> a.view(b).mediaConnected() && b.view(a).mediaConnected(), a, b);
        }
    }

    @Test
    void shouldConnectThreeNodesOverIpv6() {
        try (FabricNode a = new FabricNode(11, FabricNode.settings("::1"), FabricNode.KEYS);
            FabricNode b = new FabricNode(22, FabricNode.settings("::1"), FabricNode.KEYS);
            FabricNode c = new FabricNode(33, FabricNode.settings("::1"), FabricNode.KEYS)) {
            FabricNode.introduce(a, b);
            FabricNode.introduce(b, c);
            FabricNode.introduce(a, c);
            a.send(b, "one");
            a.send(c, "two");
            c.send(b, "three");
            FabricNode.drive(() -> b.messages.size() == 2 && c.messages.size() == 1, a, b, c);
            assertThat(b.messages).containsExactlyInAnyOrder("11 one", "33 three");
        }
    }

    @Test
    void shouldRefuseToStartWhenTheAddressIsTaken() {
        try (FabricNode a = FabricNode.start(11)) {
            assertThatThrownBy(() -> new FabricNode(22, a.settings, FabricNode.KEYS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cannot listen on");
        }
    }

    @Test
    void shouldRefuseAPeerWithoutAnAddress() {
        try (FabricNode a = FabricNode.start(11)) {
            InetSocketAddress name = InetSocketAddress.createUnresolved("node-2.example", 7400);
            assertThatThrownBy(() -> a.control.addPeer(22, name, List.of(), true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("node-2.example");
        }
    }

    private static void standStill(long milliseconds) {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(milliseconds);
        while (System.nanoTime() - endNs < 0) {
            LockSupport.parkNanos(1_000_000);
        }
    }
}
