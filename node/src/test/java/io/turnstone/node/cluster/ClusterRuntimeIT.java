package io.turnstone.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several ActorSystems in this JVM, on loopback. */
@Timeout(60)
class ClusterRuntimeIT {
    private static final Config ORDERLY = ConfigFactory.empty();

    private final List<TestMember> members = new ArrayList<>();

    @AfterEach
    void stopAll() {
        members.parallelStream().forEach(TestMember::close);
    }

    @Test
    void shouldBeReadyAloneWithoutSeeds() {
        TestMember alone = new TestMember(ClusterSettings.alone(), 1, WireVersion.CURRENT, ORDERLY);
        members.add(alone);
        alone.runtime.start();

        within(15, alone::isReady);

        assertThat(alone.runtime.address()).startsWith("127.0.0.1:").doesNotEndWith(":0");
        assertThat(alone.events.lines).containsExactly("up");
    }

    @Test
    void shouldFoundAtOnceWhenNoOtherSeedListens() {
        int port = TestMember.freePort();

        members.add(TestMember.started(1, port, List.of(port, TestMember.freePort()), ORDERLY));

        within(10, members.getFirst()::isReady);
    }

    @Test
    void shouldNotFoundBesideASeedThatIsSlowToAnswer() throws IOException {
        int port = TestMember.freePort();
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            members.add(TestMember.started(1, port, List.of(port, silent.getLocalPort()), ORDERLY));

            await().during(Duration.ofSeconds(5))
                .atMost(Duration.ofSeconds(6))
                .until(members.getFirst().events.lines::isEmpty);
        }
        within(10, members.getFirst()::isReady);
    }

    @Test
    void shouldFormOfThreeAndKeepMintedEntitiesLocal() {
        startThree(ORDERLY);

        for (TestMember member : members) {
            long id = member.entities.mint().orElseThrow();
            member.entities.tell(id, "hello");
            within(5, () -> member.heard.contains(Long.toUnsignedString(id) + " hello"));
        }
        assertThat(members.get(0).events.lines).contains("joined 2", "joined 3");
        assertThat(members.get(2).events.joined)
            .containsExactlyInAnyOrder(members.get(0).node, members.get(1).node);
    }

    @Test
    void shouldDeliverToWhicheverMemberHostsTheShard() {
        startThree(ORDERLY);
        TestMember owner = members.get(1);
        long id = owner.entities.mint().orElseThrow();
        long sibling = members.get(2).entities.mintIn(Shards.shardOf(id)).orElseThrow();

        members.get(0).entities.tell(id, "from the first");
        members.get(2).entities.tell(sibling, "from the third");

        within(5, () -> owner.heard.contains(Long.toUnsignedString(id) + " from the first"));
        within(5, () -> owner.heard.contains(Long.toUnsignedString(sibling) + " from the third"));
    }

    @Test
    void shouldAnswerElsewhereWhenAMemberDiesAbruptly() {
        startThree(TestMember.DIES_WITHOUT_A_WORD);
        TestMember dead = members.getFirst();
        TestMember survivor = members.get(1);
        long id = dead.entities.mint().orElseThrow();
        dead.entities.tell(id, "hello");
        within(5, () -> dead.heard.size() == 1);

        dead.close();
        survivor.entities.tell(id, "lost or late");

        within(5, () -> {
            survivor.entities.tell(id, "are you there?");
            return survivor.heard.contains(Long.toUnsignedString(id) + " are you there?");
        });
        within(5, () -> survivor.events.lines.contains("left 1"));
        assertThat(members.get(2).heard).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldSurviveTheDeathOfEitherOfTwo(int index) {
        List<Integer> ports = List.of(TestMember.freePort(), TestMember.freePort());
        for (int i = 0; i < 2; i++) {
            members.add(TestMember.started(i + 1, ports.get(i), ports, TestMember.DIES_WITHOUT_A_WORD));
        }
        within(30, () -> members.stream().allMatch(TestMember::isReady));
        within(5, () -> members.stream().allMatch(member -> member.events.joined.size() == 1));
        TestMember dead = members.get(index);
        TestMember survivor = members.get(1 - index);
        long id = dead.entities.mint().orElseThrow();

        dead.close();

        within(10, () -> {
            survivor.entities.tell(id, "are you there?");
            return survivor.heard.contains(Long.toUnsignedString(id) + " are you there?");
        });
        assertThat(survivor.events.lines).contains("left " + (index + 1)).doesNotContain("down");
    }

    @Test
    void shouldJoinAgainWithTheSameIncarnationAfterARestart() {
        startThree(ORDERLY);
        TestMember restarted = members.getFirst();

        restarted.runtime.restart();

        within(10, () -> restarted.events.lines.contains("down"));
        within(20, () -> restarted.isReady() && restarted.entities.mint().isPresent());
        within(5, () -> members.get(1).events.lines.contains("left 1"));
        within(5,
            () -> members.get(1).events.lines.lastIndexOf("joined 1") > members.get(1).events.lines.indexOf("left 1"));
        assertThat(restarted.events.lines).doesNotContain("left 2", "left 3");
    }

    @Test
    void shouldJoinAgainAfterTheOthersRemovedIt() {
        startThree(ORDERLY);
        TestMember removed = members.getFirst();
        Cluster others = Cluster.get(members.get(1).runtime.system().orElseThrow());
        ActorSystem<Void> before = removed.runtime.system().orElseThrow();

        others.manager().tell(new Down(before.address()));

        within(10, () -> before.whenTerminated().isCompleted());
        within(20, () -> removed.isReady() && removed.entities.mint().isPresent());
        within(5,
            () -> members.get(1).events.lines.lastIndexOf("joined 1") > members.get(1).events.lines.indexOf("left 1"));
        assertThat(removed.events.lines).contains("down").doesNotContain("left 2", "left 3");
        assertThat(removed.events.lines.getLast()).isNotEqualTo("down");
    }

    /** All three fall apart while the fourth is out of reach: it does not refuse, so that the cluster might be there. */
    @Test
    void shouldFoundAgainWhereMostAreWhenTheClusterHasFallenApart() throws IOException {
        List<Integer> ports = IntStream.range(0, 4).mapToObj(_ -> TestMember.freePort()).toList();
        ClusterSettings.FailureTimes times = new ClusterSettings.FailureTimes(200, 1_000, 1_500, 4_000);
        for (int i = 0; i < ports.size(); i++) {
            TestMember member = new TestMember(
                TestMember.settings(ports.get(i), ports, ports.size(), times),
                i + 1,
                WireVersion.CURRENT,
                TestMember.DIES_WITHOUT_A_WORD);
            members.add(member);
            member.runtime.start();
        }
        within(30, () -> members.stream().allMatch(TestMember::isReady));
        within(5, () -> members.stream().allMatch(member -> member.events.joined.size() == 3));
        TestMember away = members.removeLast();

        away.close();
        try (SilentPort _ = new SilentPort(away.port)) {
            for (TestMember member : members) {
                Cluster cluster = Cluster.get(member.runtime.system().orElseThrow());
                cluster.manager().tell(new Down(cluster.selfMember().address()));
            }

            within(10, () -> members.stream().allMatch(member -> member.events.lines.contains("down")));
            within(20, () -> members.stream().allMatch(TestMember::isReady));
        }
    }

    @Test
    void shouldMeetAClusterThatWasFoundedApartAndGiveWayToIt() {
        int first = TestMember.freePort();
        int second = TestMember.freePort();
        TestMember one = TestMember.started(1, first, List.of(first, second), ORDERLY);
        members.add(one);
        within(20, one::isReady);
        TestMember other = TestMember.started(2, second, List.of(second), ORDERLY);
        members.add(other);
        within(20, other::isReady);

        within(10, () -> one.events.lines.contains("met 2") && other.events.lines.contains("met 1"));
        assertThat(one.events.lines).doesNotContain("joined 2");
        other.runtime.giveWayTo(List.of("127.0.0.1:" + first));

        within(20, () -> one.events.lines.contains("joined 2") && other.events.lines.contains("joined 1"));
        within(10, other::isReady);
        assertThat(other.events.lines).contains("down");
        assertThat(one.events.lines).doesNotContain("down");
    }

    @Test
    void shouldRefuseToBeOneMemberTooMany() {
        startThree(ORDERLY);
        TestMember fourth = new TestMember(
            TestMember.settings(TestMember.freePort(), List.of(members.getFirst().port), 3),
            4,
            WireVersion.CURRENT,
            ORDERLY);
        members.add(fourth);
        fourth.runtime.start();

        within(15, () -> fourth.events.lines.stream().anyMatch(line -> line.startsWith("refused")));

        assertThat(fourth.events.lines).contains(
            "refused the cluster has 3 members and may have no more than 3 (turnstone.cluster.size-maximum), since every"
                + " node holds every route");
        within(10, () -> members.getFirst().events.lines.contains("left 4"));
    }

    @Test
    void shouldRefuseToJoinMembersOfAnIncompatibleVersion() {
        startThree(ORDERLY);
        TestMember newer = new TestMember(
            TestMember.settings(TestMember.freePort(), List.of(members.getFirst().port), 9),
            4,
            WireVersion.CURRENT + 2,
            ORDERLY);
        members.add(newer);
        newer.runtime.start();

        within(15, () -> newer.events.lines.stream().anyMatch(line -> line.startsWith("refused")));

        assertThat(members.getFirst().events.lines).doesNotContain("joined 4");
        within(10, () -> !newer.isMember());
    }

    @Test
    void shouldNameTheAddressThatCannotBeBound() {
        TestMember first = TestMember.started(1, TestMember.freePort(), List.of(), ORDERLY);
        members.add(first);
        TestMember second = new TestMember(TestMember.settings(first.port, List.of(), 3), 2, WireVersion.CURRENT,
            ORDERLY);
        members.add(second);

        assertThatThrownBy(second.runtime::start)
            .hasMessageStartingWith("the cluster part cannot be started at 127.0.0.1:" + first.port + ": ")
            .hasMessageContaining("bind");
    }

    private void startThree(Config overrides) {
        List<Integer> ports = List.of(TestMember.freePort(), TestMember.freePort(), TestMember.freePort());
        for (int i = 0; i < 3; i++) {
            members.add(TestMember.started(i + 1, ports.get(i), ports, overrides));
        }
        within(30, () -> members.stream().allMatch(TestMember::isReady));
        within(5, () -> members.stream().allMatch(member -> member.events.joined.size() == 2));
    }

    private static void within(int seconds, BooleanSupplier condition) {
        await().atMost(Duration.ofSeconds(seconds))
            .pollInterval(Duration.ofMillis(50))
            .until(condition::getAsBoolean);
    }
}
