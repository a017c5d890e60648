package io.turnstone.node.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Members of one room at four nodes talk, break off, come back and leave while one message in fifty is lost and one node
 * dies. Nothing that was delivered comes twice or out of order, and in the end all see the same.
 */
class RoomSimulationTest {
    private static final List<String> USERS = List.of("alice", "bob", "carol", "dave", "eve");
    private static final int STEPS = 400;

    static LongStream seeds() {
        return LongStream.range(0, 40);
    }

    /** One person, who may have had several connections. */
    private static final class Person {
        private final String user;
        private final List<RoomClient> connections = new ArrayList<>();
        private int said;

        Person(String user) {
            this.user = user;
        }

        RoomClient current() {
            return connections.getLast();
        }

        boolean isIn() {
            return !connections.isEmpty() && current().isOpen() && !current().all("joined").isEmpty()
                && current().all("left").isEmpty();
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldAgreeInTheEnd(long seed) {
        Random random = new Random(seed);
        RoomNetwork network = new RoomNetwork(4, RoomNetwork.LIMITS, seed);
        List<Person> people = USERS.stream().map(Person::new).toList();
        network.lose(() -> random.nextInt(50) == 0);
        int killedAt = random.nextInt(STEPS);
        for (int step = 0; step < STEPS; step++) {
            if (step == killedAt) {
                network.kill(1L + random.nextInt(4));
            }
            act(network, people, random);
            network.pass(random.nextInt(8) * 50L);
        }
        network.lose(() -> false);
        network.pass(60_000);

        assertNothingTwiceNorOutOfOrder(people);
        assertAllSeeTheSame(people);
    }

    private static void act(RoomNetwork network, List<Person> people, Random random) {
        Person person = people.get(random.nextInt(people.size()));
        if (person.connections.isEmpty() || !person.current().isOpen()) {
            comeBack(network, person, random);
        } else if (person.isIn()) {
            switch (random.nextInt(20)) {
                case 0 -> person.current().breakOff();
                case 1 -> person.current().leave();
                default -> speak(people, person, random);
            }
        } else if (!person.current().errors().isEmpty() || !person.current().all("left").isEmpty()) {
            person.current().close();
        }
    }

    private static void comeBack(RoomNetwork network, Person person, Random random) {
        long node = 1L + random.nextInt(4);
        if (!network.isAlive(node)) {
            return;
        }
        RoomClient former = person.connections.isEmpty() ? null : person.current();
        RoomClient client = network.connect(node);
        person.connections.add(client);
        if (former != null && !former.all("joined").isEmpty() && former.all("left").isEmpty()) {
            client.resume("room", former.secret());
        } else {
            client.join("room", person.user);
        }
    }

    private static void speak(List<Person> people, Person person, Random random) {
        Person other = people.get(random.nextInt(people.size()));
        if (other != person && other.isIn()) {
            person.current().tell(other.current().id(), person.user + " " + person.said++);
        }
    }

    /** By connection of the receiver: what was on its way when a connection broke may come again by the next. */
    private static void assertNothingTwiceNorOutOfOrder(List<Person> people) {
        int received = 0;
        for (Person person : people) {
            for (RoomClient connection : person.connections) {
                Map<String, Integer> last = new HashMap<>();
                for (String text : connection.texts()) {
                    int blank = text.indexOf(' ');
                    int number = Integer.parseInt(text.substring(blank + 1));
                    assertThat(last.getOrDefault(text.substring(0, blank), -1)).as(text).isLessThan(number);
                    last.put(text.substring(0, blank), number);
                    received++;
                }
            }
        }
        assertThat(received).isPositive();
    }

    private static void assertAllSeeTheSame(List<Person> people) {
        List<String> present = people.stream()
            .filter(Person::isIn)
            .map(person -> person.current().id())
            .sorted()
            .toList();
        for (Person person : people) {
            if (person.isIn()) {
                assertThat(seenBy(person.current())).as(person.user).isEqualTo(present);
            }
        }
    }

    /** What a client believes that has followed all it was told. */
    private static List<String> seenBy(RoomClient client) {
        List<String> seen = new ArrayList<>();
        seen.add(client.id());
        client.last("joined").objects("members").forEach(member -> seen.add(member.text("id")));
        client.all("member-joined").forEach(message -> seen.add(message.text("id")));
        client.all("member-left").forEach(message -> seen.remove(message.text("id")));
        return seen.stream().sorted().toList();
    }
}
