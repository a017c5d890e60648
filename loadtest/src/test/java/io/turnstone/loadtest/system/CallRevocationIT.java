package io.turnstone.loadtest.system;

import static io.turnstone.loadtest.system.Steps.relayedAddress;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.Credentials;
import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.client.PlainPeer;
import io.turnstone.loadtest.client.TurnClient;
import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.TurnstoneNode;
import io.turnstone.loadtest.sip.SipText;
import io.turnstone.loadtest.sip.SipUserAgent;
import io.turnstone.loadtest.sip.SipUserAgent.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls over three nodes with a relay whose credential names the call: both end by the same BYE. */
@Timeout(240)
class CallRevocationIT {
    private static final int NODES = 3;
    private static final int ATTEMPTS_MAX = 40;
    private static final int GONE_SECONDS_MAX = 2;
    private static final String DOMAIN = "sip.test";
    private static final String API_SECRET = "a-secret-of-the-shop";
    private static final Identity ALICE = new Identity(DOMAIN, TurnstoneNode.USER, TurnstoneNode.PASSWORD);
    private static final Identity BOB = new Identity(DOMAIN, "bob", "builder");

    private static Path records;
    private static int doorPort;
    private static TurnstoneNode door;
    private static TurnstoneCluster cluster;
    private static ClientLoop loop;
    private static HttpClient http;

    /** A call that both sides have agreed upon. */
    private record Talk(String callId, SipText answer) {}

    @BeforeAll
    static void start() throws IOException {
        Files.createDirectories(Tools.ARTEFACTS);
        records = Tools.ARTEFACTS.resolve("call-records-" + ProcessHandle.current().pid() + ".json");
        Files.deleteIfExists(records);
        doorPort = FreePorts.one();
        http = HttpClient.newHttpClient();
        loop = ClientLoop.start();
        door = TurnstoneNode.start(Tools.ARTEFACTS, 8, "--shared-secret", TurnstoneCluster.REST_SECRET, "--listen-http",
            "127.0.0.1:" + doorPort, "--api-key", "shop:" + API_SECRET);
        cluster = TurnstoneCluster.start("revocation", NODES, "--user", "bob:builder", "--sip-domain", DOMAIN,
            "--call-records", records.toString());
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
        if (door != null) {
            door.close();
        }
        loop.close();
        http.close();
    }

    private static SipUserAgent register(int node, Identity identity) {
        SipUserAgent agent = SipUserAgent.connect(cluster.webSocketPort(node), identity);
        assertThat(agent.register(600).kind()).isEqualTo("200 REGISTER");
        return agent;
    }

    private static Talk talk(SipUserAgent caller, SipUserAgent callee) {
        SipText sent = caller.invite(callee.addressOfRecord(), "v=0\r\n");
        SipText invite = callee.expect("INVITE");
        callee.reply(invite, 180, "");
        caller.expect("180 INVITE");
        callee.reply(invite, 200, "v=0\r\n");
        SipText answer = caller.expect("200 INVITE");
        caller.sendAsCaller("ACK", answer);
        callee.expect("ACK");
        return new Talk(sent.header("Call-ID"), answer);
    }

    private static void hangUp(SipUserAgent caller, SipUserAgent callee, Talk talk) {
        caller.sendAsCaller("BYE", talk.answer());
        callee.reply(callee.expect("BYE"), 200, "");
        caller.expect("200 BYE");
    }

    private static Credentials credentials(String callId) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + doorPort + "/v1/turn/credentials"))
                .header("Authorization", "Bearer " + API_SECRET)
                .POST(HttpRequest.BodyPublishers.ofString("{\"user\":\"alice\",\"call\":\"" + callId + "\"}"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        Config turn = ConfigFactory.parseString(response.body()).getConfigList("iceServers").getLast();
        return Credentials.longTerm(turn.getString("username"), turn.getString("credential"));
    }

    private static TurnClient client(int node, Credentials credentials) {
        return loop.client(Loopback.ipv4(cluster.node(node).port()), credentials);
    }

    private static int allocateError(int node, Credentials credentials) {
        try (TurnClient client = client(node, credentials)) {
            return client.allocate().orTimeout(10, TimeUnit.SECONDS).join().errorCode();
        }
    }

    private static List<? extends Config> list(int node, String path, String name) {
        try {
            return ConfigFactory.parseString(cluster.node(node).admin().body(path)).getConfigList(name);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static int allocations(int node, String callId) {
        return list(node, "/v1/allocations?call=" + callId, "allocations").size();
    }

    private static boolean hasSession(int node, String callId) {
        return list(node, "/v1/calls", "calls").stream().anyMatch(call -> call.getString("callId").equals(callId));
    }

    private static int sessionOf(String callId) {
        cluster.node(0)
            .process()
            .await("the session of " + callId, 10,
                () -> IntStream.range(0, NODES).anyMatch(node -> hasSession(node, callId)));
        return IntStream.range(0, NODES).filter(node -> hasSession(node, callId)).findFirst().orElseThrow();
    }

    private static void awaitAllocations(int node, String callId, int count, int seconds) {
        cluster.node(node)
            .process()
            .await(count + " allocations of the call", seconds, () -> allocations(node, callId) == count);
    }

    private static Optional<Config> record(String callId) {
        try {
            return Files.readAllLines(records)
                .stream()
                .map(ConfigFactory::parseString)
                .filter(line -> line.getString("callId").equals(callId))
                .findFirst();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Config awaitRecord(String callId) {
        cluster.node(0).process().await("the record of " + callId, 5, () -> record(callId).isPresent());
        return record(callId).orElseThrow();
    }

    @Test
    void shouldEndTheRelayOfACallByItsBye() throws IOException, InterruptedException {
        AtomicInteger received = new AtomicInteger();
        try (CallWatcher watcher = CallWatcher.of(cluster, NODES);
            SipUserAgent alice = register(0, ALICE);
            SipUserAgent bob = register(1, BOB);
            PlainPeer peer = loop.peer(Loopback.ipv4(0))) {
            Talk talk = talk(alice, bob);
            Credentials credentials = credentials(talk.callId());
            try (TurnClient client = client(2, credentials)) {
                client.onData((_, _, _) -> received.incrementAndGet());
                InetSocketAddress relayed = relayedAddress(client.allocate().join());
                client.createPermission(peer.address()).join();
                cluster.node(2).process().await("relayed data", 10, () -> {
                    peer.send(ByteBuffer.wrap(new byte[160]), relayed);
                    return received.get() > 0;
                });
                for (int node = 0; node < NODES; node++) {
                    awaitAllocations(node, talk.callId(), 1, 5);
                }

                hangUp(alice, bob, talk);
                for (int node = 0; node < NODES; node++) {
                    awaitAllocations(node, talk.callId(), 0, GONE_SECONDS_MAX);
                }

                assertThat(client.refresh(600).join().errorCode()).isEqualTo(403);
            }
            for (int node = 0; node < NODES; node++) {
                assertThat(allocateError(node, credentials)).isEqualTo(403);
                assertThat(allocateError(node, credentials(talk.callId()))).isEqualTo(403);
            }
            assertThat(allocateError(0, credentials("another call"))).isZero();
            Config record = awaitRecord(talk.callId());
            assertThat(record.getString("caller")).isEqualTo(alice.addressOfRecord());
            assertThat(record.getString("callee")).isEqualTo(bob.addressOfRecord());
            assertThat(record.getString("cause")).isEqualTo("bye");
            assertThat(record.getInt("status")).isEqualTo(200);
            assertThat(record.getInt("allocationsRevoked")).isEqualTo(1);
            assertThat(record.getBoolean("complete")).isTrue();
            assertThat(record.getStringList("nodes")).hasSize(1);
            assertThat(watcher.awaitEnd(talk.callId())).containsExactly("invited", "answered", "ended");
        }
    }

    @Test
    void shouldEndTheRelayAndKnowTheCallWhenTheNodeOfItsSessionWasKilled() throws IOException, InterruptedException {
        int killed = 2;
        try (SipUserAgent alice = register(0, ALICE); SipUserAgent bob = register(1, BOB)) {
            Talk talk = talk(alice, bob);
            for (int i = 0; sessionOf(talk.callId()) != killed; i++) {
                assertThat(i).as("calls whose session is elsewhere").isLessThan(ATTEMPTS_MAX);
                hangUp(alice, bob, talk);
                talk = talk(alice, bob);
            }
            String callId = talk.callId();
            try (TurnClient client = client(0, credentials(callId))) {
                relayedAddress(client.allocate().join());
                cluster.kill(killed);
                cluster.node(0)
                    .process()
                    .await("another session", 60, () -> hasSession(0, callId) || hasSession(1, callId));

                hangUp(alice, bob, talk);
                awaitAllocations(0, callId, 0, GONE_SECONDS_MAX);
                awaitAllocations(1, callId, 0, GONE_SECONDS_MAX);

                assertThat(awaitRecord(callId).getBoolean("complete")).isTrue();
                assertThat(record(callId).orElseThrow().getString("cause")).isEqualTo("bye");
            }
        } finally {
            cluster.restart(killed);
        }
    }
}
