package io.turnstone.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeedNodesTest {
    private static final String FIRST = "10.0.0.1:7400";
    private static final String SECOND = "10.0.0.2:7400";
    private static final String THIRD = "10.0.0.3:7400";
    private static final List<String> ALL = List.of(FIRST, SECOND, THIRD);

    @Test
    void shouldFoundAtOnceWhenNobodyElseListens() {
        assertThat(new SeedNodes(ALL, FIRST).toFound(List.of())).containsExactly(FIRST);
        assertThat(new SeedNodes(List.of(), FIRST).toFound(List.of())).containsExactly(FIRST);
    }

    @Test
    void shouldHearEveryOneThatListensBeforeTheFirstSeedFounds() {
        assertThat(new SeedNodes(ALL, FIRST).toFound(List.of(THIRD))).containsExactly(FIRST, THIRD);
    }

    @Test
    void shouldAskOnlyWhereSomethingListensWhenNotTheFirstSeed() throws IOException, InterruptedException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String listening = "127.0.0.1:" + silent.getLocalPort();
            String refusing = "127.0.0.1:" + TestMember.freePort();

            assertThat(new SeedNodes(List.of(refusing, THIRD, listening), THIRD).toAsk(true, List.of()))
                .containsExactly(listening);
            assertThat(new SeedNodes(List.of(refusing, listening), THIRD).toAsk(false, List.of()))
                .containsExactly(listening);
            assertThat(new SeedNodes(List.of(refusing, THIRD), THIRD).toAsk(true, List.of())).isEmpty();
        }
    }

    @Test
    void shouldFindOutWhereSomethingListens() throws IOException, InterruptedException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String listening = "127.0.0.1:" + silent.getLocalPort();
            String refusing = "127.0.0.1:" + TestMember.freePort();
            SeedNodes seeds = new SeedNodes(List.of(FIRST, refusing, listening), FIRST);

            assertThat(seeds.toAsk(true, List.of())).containsExactly(FIRST, listening);
            assertThat(seeds.toAsk(false, List.of())).containsExactly(FIRST);
        }
    }

    @Test
    void shouldFoundAgainOnlyWithMostOfThoseItWasTogetherWith() throws IOException, InterruptedException {
        try (SilentPort away = new SilentPort(TestMember.freePort());
            ServerSocket there = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String listening = "127.0.0.1:" + there.getLocalPort();
            String refusing = "127.0.0.1:" + TestMember.freePort();
            SeedNodes seeds = new SeedNodes(List.of(FIRST, away.name()), FIRST);

            assertThat(seeds.toAsk(true, List.of(listening, away.name()))).containsExactly(FIRST, away.name());
            assertThat(seeds.toAsk(false, List.of(listening, away.name()))).containsExactly(FIRST, listening);
            assertThat(seeds.toAsk(false, List.of(listening, away.name(), refusing)))
                .containsExactly(FIRST, away.name());
            assertThat(seeds.toAsk(false, List.of(away.name()))).containsExactly(FIRST, away.name());
        }
    }
}
