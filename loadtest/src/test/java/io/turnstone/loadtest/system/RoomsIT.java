package io.turnstone.loadtest.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.Credentials;
import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.client.TurnClient;
import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.TurnstoneNode;
import io.turnstone.protocol.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Web clients of three nodes in JSON rooms: what they tell each other, and what becomes of it when nodes are killed. */
@Timeout(240)
class RoomsIT {
    private static final int NODES = 3;
    private static final String KEY = "webapp";
    private static final String SECRET = "0123456789abcdef0123";
    private static final String USER = TurnstoneNode.USER;
    private static final String PASSWORD = TurnstoneNode.PASSWORD;

    private static TurnstoneCluster cluster;
    private static int doorPort;

    @BeforeAll
    static void start() {
        doorPort = FreePorts.one();
        cluster = TurnstoneCluster.start("rooms", NODES, "--user", "bob:builder", "--user", "carol:king",
            "--sip-domain", "rooms.test", "--room-grace", "8 s", "--turn-url",
            "turn:127.0.0.1:" + FreePorts.one() + "?transport=udp");
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static RoomSocket connect(int node) {
        return RoomSocket.connect(cluster.webSocketPort(node));
    }

    private static String idOf(JsonObject joined) {
        return Objects.requireNonNull(joined.text("id"));
    }

    private static String secretOf(JsonObject joined) {
        return Objects.requireNonNull(joined.text("resume"));
    }

    private static List<String> idsIn(JsonObject joined) {
        return joined.objects("members").stream().map(member -> Objects.requireNonNull(member.text("id"))).toList();
    }

    @Test
    void shouldExchangeOffersAnswersAndCandidatesBetweenNodes() {
        try (RoomSocket alice = connect(0);
            RoomSocket bob = connect(1);
            RoomSocket carol = RoomSocket.connectWithoutSubprotocol(cluster.webSocketPort(2))) {
            assertThat(alice.subprotocol()).isEqualTo("turnstone.rooms.v1");
            assertThat(carol.subprotocol()).isEmpty();
            String aliceId = idOf(alice.join("call", "Alice", USER, PASSWORD).expect("joined"));
            JsonObject bobs = bob.join("call", "Bob", "bob", "builder").expect("joined");
            assertThat(idsIn(bobs)).containsExactly(aliceId);
            assertThat(alice.expect("member-joined").text("name")).isEqualTo("Bob");
            JsonObject carols = carol.join("call", "Carol", "carol", "king").expect("joined");
            assertThat(idsIn(carols)).containsExactlyInAnyOrder(aliceId, idOf(bobs));

            String offer = "{\"type\":\"offer\",\"to\":\"" + idOf(bobs) + "\", \"sdp\":\"v=0\\r\\n\",\"n\":1.50}";
            alice.say(offer);
            assertThat(bob.expectText("offer")).isEqualTo("{\"from\":\"" + aliceId + "\"," + offer.substring(1));
            bob.say("{\"type\":\"answer\",\"to\":\"" + aliceId + "\",\"sdp\":\"v=0\"}");
            assertThat(alice.expect("answer").text("from")).isEqualTo(idOf(bobs));
            IntStream.range(0, 20)
                .forEach(i -> alice.say("{\"type\":\"candidate\",\"to\":\"" + idOf(bobs) + "\",\"n\":\"" + i + "\"}"));
            IntStream.range(0, 20)
                .forEach(i -> assertThat(bob.expect("candidate").text("n")).isEqualTo(Integer.toString(i)));
            assertThat(carol.hasReceived("offer") || carol.hasReceived("candidate")).isFalse();

            carol.say("{\"type\":\"leave\"}");
            assertThat(bob.expect("member-left").text("reason")).isEqualTo("left");
            carol.expect("left");
        }
    }

    @Test
    void shouldAnswerNonsenseAndGoOn() {
        try (RoomSocket mallory = connect(0)) {
            assertThat(mallory.say("nonsense").expectError()).isEqualTo("bad-json");
            assertThat(mallory.say("[".repeat(20_000)).expectError()).isEqualTo("bad-json");
            assertThat(mallory.say("{\"type\":\"shout\"}").expectError()).isEqualTo("unknown-type");
            assertThat(mallory.tell("somebody", "hello").expectError()).isEqualTo("not-joined");
            assertThat(mallory.join("call", "M", USER, "wrong").expectError()).isEqualTo("unauthorized");
            mallory.join("nonsense", "M", USER, PASSWORD).expect("joined");
            assertThat(mallory.tell("nobody", "hello").expectError()).isEqualTo("no-such-member");
        }
        assertThat(cluster.node(0).admin().metrics().sum("turnstone_rooms_unauthorized_total")).isPositive();
    }

    @Test
    void shouldGoOnWhenANodeIsKilledAndTakeItsMembersBack() {
        try (RoomSocket alice = connect(0); RoomSocket bob = connect(1)) {
            String aliceId = idOf(alice.join("lasting", "Alice", USER, PASSWORD).expect("joined"));
            JsonObject bobs = bob.join("lasting", "Bob", "bob", "builder").expect("joined");
            alice.expect("member-joined");

            cluster.kill(1);
            bob.awaitEnd();
            alice.tell(idOf(bobs), "are you there?");
            try (RoomSocket back = connect(2)) {
                JsonObject again = back.resume("lasting", secretOf(bobs)).expect("joined");
                assertThat(idOf(again)).isEqualTo(idOf(bobs));
                assertThat(idsIn(again)).contains(aliceId);
                assertThat(back.expect("message").text("text")).isEqualTo("are you there?");
                back.tell(aliceId, "yes");
                assertThat(alice.expect("message").text("text")).isEqualTo("yes");
                assertThat(alice.hasReceived("member-left")).isFalse();
            }
        } finally {
            cluster.restart(1);
        }
    }

    /** Twelve rooms are spread over the nodes, so some of them are at the one that is killed. */
    @Test
    void shouldKeepRoomsWhoseNodeIsKilled() {
        List<RoomSocket> alices = IntStream.range(0, 12).mapToObj(i -> connect(0)).toList();
        List<RoomSocket> bobs = IntStream.range(0, 12).mapToObj(i -> connect(1)).toList();
        try {
            for (int i = 0; i < 12; i++) {
                alices.get(i).join("kept" + i, "Alice", USER, PASSWORD).expect("joined");
            }
            List<String> ids = IntStream.range(0, 12)
                .mapToObj(i -> idOf(bobs.get(i).join("kept" + i, "Bob", "bob", "builder").expect("joined")))
                .toList();
            alices.forEach(alice -> alice.expect("member-joined"));

            cluster.kill(2);
            for (int i = 0; i < 12; i++) {
                alices.get(i).tell(ids.get(i), "one").tell(ids.get(i), "two");
            }

            for (RoomSocket bob : bobs) {
                assertThat(bob.expect("message").text("text")).isEqualTo("one");
                assertThat(bob.expect("message").text("text")).isEqualTo("two");
            }
            assertThat(alices).noneMatch(alice -> alice.hasReceived("member-left") || alice.hasReceived("error"));
            assertThat(bobs).noneMatch(bob -> bob.hasReceived("member-left") || bob.hasReceived("member-joined"));
        } finally {
            alices.forEach(RoomSocket::close);
            bobs.forEach(RoomSocket::close);
            cluster.restart(2);
        }
    }

    @Test
    void shouldSayThatANodeWasLost() {
        try (RoomSocket alice = connect(0); RoomSocket bob = connect(1)) {
            alice.join("losing", "Alice", USER, PASSWORD).expect("joined");
            JsonObject bobs = bob.join("losing", "Bob", "bob", "builder").expect("joined");
            cluster.kill(1);

            JsonObject left = alice.expect("member-left");
            assertThat(left.text("id")).isEqualTo(idOf(bobs));
            assertThat(left.text("reason")).isEqualTo("node-lost");
        } finally {
            cluster.restart(1);
        }
    }

    /** By a single node with a door: its credential opens the room, and the room's credential allocates a relay. */
    @Test
    void shouldTakeACredentialOfADoorAndGiveOneThatAllocates() throws IOException, InterruptedException {
        int port = FreePorts.one();
        int webSocketPort = FreePorts.one();
        int relayPorts = FreePorts.range(16);
        try (TurnstoneNode node = TurnstoneNode.startAt(relayPorts, 16, Tools.ARTEFACTS, "--shared-secret",
            TurnstoneCluster.REST_SECRET, "--listen-http", "127.0.0.1:" + doorPort, "--api-key", KEY + ":" + SECRET,
            "--listen", "127.0.0.1:" + port, "--turn-url", "turn:127.0.0.1:" + port + "?transport=udp",
            "--sip-domain", "rooms.test", "--listen-ws", "127.0.0.1:" + webSocketPort);
            RoomSocket dave = RoomSocket.connect(webSocketPort);
            RoomSocket other = RoomSocket.connect(webSocketPort);
            ClientLoop loop = ClientLoop.start()) {
            Config given = credential("{\"user\":\"dave\",\"call\":\"room/stand-up\"}");
            String username = given.getString("username");
            String password = given.getString("credential");
            assertThat(other.join("another", "Dave", username, password).expectError()).isEqualTo("forbidden");

            JsonObject turn = dave.join("stand-up", "Dave", username, password)
                .expect("joined")
                .objects("iceServers")
                .getLast();
            Credentials credentials = Credentials.longTerm(
                String.valueOf(turn.text("username")), String.valueOf(turn.text("credential")));
            try (TurnClient client = loop.client(Loopback.ipv4(port), credentials)) {
                assertThat(client.allocate().orTimeout(10, TimeUnit.SECONDS).join().errorCode()).isZero();
                assertThat(node.admin().body("/v1/allocations?call=room%2Fstand-up")).contains("dave#");
                client.refresh(0).orTimeout(10, TimeUnit.SECONDS).join();
            }
        }
    }

    private static Config credential(String wish) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest
                .newBuilder(URI.create("http://127.0.0.1:" + doorPort + "/v1/turn/credentials"))
                .header("Authorization", "Bearer " + SECRET)
                .POST(HttpRequest.BodyPublishers.ofString(wish))
                .build();
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            return ConfigFactory.parseString(response.body()).getConfigList("iceServers").getLast();
        }
    }
}
