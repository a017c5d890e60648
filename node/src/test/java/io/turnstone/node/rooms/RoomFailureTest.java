package io.turnstone.node.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What becomes of rooms and members when connections break and nodes die. */
class RoomFailureTest {
    private static final long GRACE_MS = RoomNetwork.LIMITS.graceMs();

    private final RoomNetwork network = new RoomNetwork(3);

    private RoomClient joined(long node, String user) {
        RoomClient client = network.connect(node).join("stand-up", user);
        assertThat(client.all("joined")).hasSize(1);
        return client;
    }

    private static void assertNobodySawAnybodyLeave(RoomClient... clients) {
        assertThat(Stream.of(clients).flatMap(client -> client.all("member-left").stream())).isEmpty();
    }

    @Test
    void shouldKeepTheIdOfWhoComesBackToItsNode() {
        RoomClient alice = joined(1, "alice");
        RoomClient bob = joined(2, "bob");
        bob.breakOff();
        alice.tell(bob, "while you were away");
        network.pass(3_000);

        RoomClient again = network.connect(2).resume("stand-up", bob.secret());
        network.pass(RoomPost.AGAIN_MS);

        assertThat(again.id()).isEqualTo(bob.id());
        assertThat(again.raw().getFirst()).contains("\"resumed\":true", alice.id());
        assertThat(again.texts()).containsExactly("while you were away");
        assertThat(alice.all("member-joined")).hasSize(1);
        assertNobodySawAnybodyLeave(alice);
    }

    @Test
    void shouldKeepTheIdOfWhoComesBackByAnotherNode() {
        RoomClient alice = joined(1, "alice");
        RoomClient bob = joined(2, "bob");
        bob.breakOff();
        alice.tell(bob, "one");
        alice.tell(bob, "two");

        RoomClient again = network.connect(3).resume("stand-up", bob.secret());

        assertThat(again.id()).isEqualTo(bob.id());
        assertThat(again.texts()).containsExactly("one", "two");
        again.tell(alice, "back");
        assertThat(alice.texts()).containsExactly("back");
        network.pass(2 * GRACE_MS);
        assertNobodySawAnybodyLeave(alice);
        assertThat(network.members(2)).isZero();
    }

    @Test
    void shouldEndTheFormerConnectionOfWhoComesBack() {
        RoomClient alice = joined(1, "alice");
        RoomClient bob = joined(2, "bob");

        RoomClient here = network.connect(2).resume("stand-up", bob.secret());
        RoomClient elsewhere = network.connect(3).resume("stand-up", bob.secret());

        assertThat(List.of(bob, here)).allSatisfy(former -> {
            assertThat(former.errors()).containsExactly("replaced");
            assertThat(former.isOpen()).isFalse();
        });
        alice.tell(bob, "hello");
        assertThat(elsewhere.texts()).containsExactly("hello");
    }

    @Test
    void shouldSayThatAConnectionWasLostAfterTheGrace() {
        RoomClient alice = joined(1, "alice");
        RoomClient bob = joined(2, "bob");
        bob.breakOff();
        alice.tell(bob, "hello?");
        network.pass(GRACE_MS - 500);
        assertNobodySawAnybodyLeave(alice);
        network.pass(1_000);

        assertThat(alice.last("member-left").text("reason")).isEqualTo("connection-lost");
        assertThat(alice.errors()).containsExactly("undeliverable");
        RoomClient late = network.connect(3).resume("stand-up", bob.secret());
        network.pass(1_000);
        assertThat(late.errors()).containsExactly("member-gone");
    }

    @Test
    void shouldOutliveItsNode() {
        RoomClient carol = joined(3, "carol");
        RoomClient alice = joined(1, "alice");
        RoomClient bob = joined(2, "bob");
        carol.leave();
        assertThat(network.nodeOf("stand-up")).isEqualTo(3);

        network.kill(3);
        IntStream.range(0, 10).forEach(i -> alice.tell(bob, "m" + i));
        network.pass(5_000);
        bob.tell(alice, "still here");

        assertThat(network.nodeOf("stand-up")).isIn(1L, 2L);
        assertThat(bob.texts()).isEqualTo(IntStream.range(0, 10).mapToObj(i -> "m" + i).toList());
        assertThat(alice.texts()).containsExactly("still here");
        assertThat(alice.errors()).isEmpty();
        network.pass(3 * GRACE_MS);
        assertThat(alice.all("member-left")).hasSize(1);
        assertThat(alice.all("member-joined")).hasSize(1);
        assertThat(bob.all("member-joined")).isEmpty();
    }

    @Test
    void shouldSayThatANodeWasLostAfterTheGrace() {
        RoomClient alice = joined(1, "alice");
        RoomClient bob = joined(2, "bob");
        network.kill(2);
        network.pass(GRACE_MS - 500);
        assertNobodySawAnybodyLeave(alice);
        network.pass(1_000);

        assertThat(alice.last("member-left").text("id")).isEqualTo(bob.id());
        assertThat(alice.last("member-left").text("reason")).isEqualTo("node-lost");
    }

    @Test
    void shouldKeepTheIdOfWhoseNodeDied() {
        RoomClient alice = joined(1, "alice");
        RoomClient bob = joined(2, "bob");
        network.kill(2);
        alice.tell(bob, "hello");
        network.pass(2_000);

        RoomClient again = network.connect(3).resume("stand-up", bob.secret());
        network.pass(2 * GRACE_MS);

        assertThat(again.id()).isEqualTo(bob.id());
        assertThat(again.texts()).containsExactly("hello");
        assertNobodySawAnybodyLeave(alice);
    }

    /** The room dies with the node of one who comes back, so nobody is left who knew of it but the others' nodes. */
    @Test
    void shouldKeepTheIdOfWhoseNodeHadTheRoomToo() {
        RoomClient bob = joined(2, "bob");
        RoomClient alice = joined(1, "alice");
        assertThat(network.nodeOf("stand-up")).isEqualTo(2);
        network.kill(2);

        RoomClient again = network.connect(3).resume("stand-up", bob.secret());
        network.await(() -> !again.all("joined").isEmpty(), 5_000);
        network.pass(2 * GRACE_MS);

        assertThat(again.id()).isEqualTo(bob.id());
        again.tell(alice, "back");
        assertThat(alice.texts()).containsExactly("back");
        assertNobodySawAnybodyLeave(alice, again);
    }

    @Test
    void shouldMissNobodyThoughTheRoomAndANodeDieTogether() {
        RoomClient bob = joined(2, "bob");
        RoomClient alice = joined(1, "alice");
        network.kill(2);
        network.pass(2_000 + GRACE_MS + 2_000);

        assertThat(alice.last("member-left").text("id")).isEqualTo(bob.id());
        assertThat(alice.last("member-left").text("reason")).isEqualTo("node-lost");
    }

    @Test
    void shouldSayWhenARoomDoesNotAnswer() {
        network.lose(() -> true);
        RoomClient alice = network.connect(1).join("stand-up", "alice");
        network.pass(RoomDesk.ANSWER_MS + 500);

        assertThat(alice.errors()).containsExactly("unavailable");
        network.lose(() -> false);
        alice.join("stand-up", "alice");
        assertThat(alice.all("joined")).hasSize(1);
    }

    @Test
    void shouldGiveUpWhatNobodyReceives() {
        RoomClient alice = joined(1, "alice");
        RoomClient bob = joined(2, "bob");
        network.lose(() -> true);
        alice.tell(bob, "lost");
        network.pass(RoomPost.HELD_MS + 500);

        assertThat(alice.errors()).containsExactly("undeliverable");
        network.lose(() -> false);
        alice.tell(bob, "next");
        network.pass(RoomPost.AGAIN_MS);
        assertThat(bob.texts()).containsExactly("next");
    }

    @Test
    void shouldHoldNoMoreThanItMay() {
        RoomClient alice = joined(1, "alice");
        RoomClient bob = joined(2, "bob");
        network.lose(() -> true);
        for (int i = 0; i < 300; i++) {
            alice.tell(bob, "m" + i);
            network.pass(50);
        }
        assertThat(alice.errors()).isNotEmpty().containsOnly("queue-full");
        network.lose(() -> false);
        network.pass(2_000);
        assertThat(bob.texts()).isEqualTo(IntStream.range(0, 256).mapToObj(i -> "m" + i).toList());
    }
}
