package io.turnstone.loadtest.system;

import static io.turnstone.loadtest.sip.SippScenario.NO_BODY;
import static io.turnstone.loadtest.sip.SippScenario.SDP;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.ServerProcess;
import io.turnstone.loadtest.server.TurnstoneNode;
import io.turnstone.loadtest.sip.SippScenario;
import io.turnstone.loadtest.system.Sipp.Account;
import io.turnstone.loadtest.system.Sipp.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two processes of sipp are an upstream's addresses; one of them is killed, and comes back. */
@Timeout(120)
class TrunkIT {
    private static final String DOMAIN = "sip.test";
    private static final Account ALICE = new Account(TurnstoneNode.USER, TurnstoneNode.PASSWORD);
    private static final Account BOB = new Account("bob", "builder");
    private static final Account UPSTREAM = new Account("upstream", "none");
    private static final String FIRST_IP = "127.0.0.2";
    private static final String NUMBER = "+4930123";

    private final int port = FreePorts.one();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private TurnstoneNode startNode(Transport transport, Sipp first, Sipp second) {
        String prefix = transport.name().toLowerCase(Locale.ROOT) + ":";
        TurnstoneNode node = TurnstoneNode.start(Tools.ARTEFACTS, 16, "--user", "bob:builder", "--sip-domain", DOMAIN,
            "--listen-sip", "127.0.0.1:" + port, "--sip-digest", "md5", "--trunk",
            prefix + FIRST_IP + ":" + first.port(),
            "--trunk", prefix + "127.0.0.3:" + second.port(), "--trunk-prefix", "+", "--set",
            "signaling.trunk.check-interval=1s");
        open.add(node);
        return node;
    }

    private Sipp agent(Transport transport, Account account, String ip) {
        return new Sipp("127.0.0.1:" + port, DOMAIN, transport, account, ip);
    }

    private static Path messages(String name) {
        return Tools.ARTEFACTS.resolve("sipp-" + name + ".messages");
    }

    /** Answers questions and calls; what it gets is written down. */
    private ServerProcess serve(Sipp upstream, String name) {
        SippScenario scenario = new SippScenario(name).then("upstream")
            .then("answer", SDP)
            .then("hung-up")
            .then("upstream-end");
        ServerProcess process = upstream.start(scenario, "-trace_msg", "-message_file", messages(name).toString());
        open.add(process);
        return process;
    }

    private static boolean wasCalled(String name) {
        try {
            return Files.readString(messages(name)).contains("INVITE sip:" + NUMBER + "@");
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static void awaitAlive(TurnstoneNode node, int count) {
        node.process()
            .await(count + " addresses alive", 20,
                () -> node.admin().metrics().sum("turnstone_sip_trunk_alive") == count);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldCallByTheAddressThatIsAlive(Transport transport) {
        Sipp first = agent(transport, UPSTREAM, FIRST_IP);
        Sipp second = agent(transport, UPSTREAM, "127.0.0.3");
        ServerProcess dies = serve(first, transport + "-first");
        serve(second, transport + "-second");
        TurnstoneNode node = startNode(transport, first, second);
        awaitAlive(node, 2);
        Sipp alice = agent(transport, ALICE, "127.0.0.1");
        SippScenario calls = new SippScenario("calls-out").then("invite", SDP).then("accepted", NO_BODY).then("bye");

        alice.call(calls, 1, "-s", NUMBER);
        assertThat(wasCalled(transport + "-first")).isTrue();
        assertThat(wasCalled(transport + "-second")).isFalse();

        dies.kill();
        awaitAlive(node, 1);
        alice.call(calls, 3, "-s", NUMBER);
        assertThat(wasCalled(transport + "-second")).isTrue();

        serve(first, transport + "-again");
        awaitAlive(node, 2);
        alice.call(calls, 1, "-s", NUMBER);
        assertThat(wasCalled(transport + "-again")).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldLetTheUpstreamCallUsersWithoutAPassword(Transport transport) {
        Sipp upstream = agent(transport, UPSTREAM, FIRST_IP);
        TurnstoneNode node = startNode(transport, upstream, agent(transport, UPSTREAM, "127.0.0.3"));
        Sipp bob = agent(Transport.UDP, BOB, "127.0.0.1");
        open.add(
            bob.answer(new SippScenario("answers").then("ring").then("answer", SDP).then("hung-up"), node));
        SippScenario calls = new SippScenario("calls-in").then("invite-trusted", SDP)
            .then("accepted", NO_BODY)
            .then("bye");

        agent(transport, UPSTREAM, FIRST_IP).call(calls, 1, "-s", "bob");
        agent(transport, UPSTREAM, FIRST_IP).call(
            new SippScenario("comes-back").then("invite-trusted", SDP).then("failed", Map.of("status", "404")), 1, "-s",
            NUMBER);
        agent(transport, UPSTREAM, "127.0.0.4").call(
            new SippScenario("is-unknown").then("invite-trusted", SDP).then("failed", Map.of("status", "407")), 1, "-s",
            "bob");
    }
}
