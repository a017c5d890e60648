package io.turnstone.loadtest.system;

import static io.turnstone.loadtest.sip.SippScenario.NO_BODY;
import static io.turnstone.loadtest.sip.SippScenario.SDP;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.ServerProcess;
import io.turnstone.loadtest.server.TurnstoneNode;
import io.turnstone.loadtest.server.UdpSockets;
import io.turnstone.loadtest.sip.SippScenario;
import io.turnstone.loadtest.system.Sipp.Account;
import io.turnstone.loadtest.system.Sipp.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * sipp registers with a node and calls through it, over UDP and TCP: the flows of RFC 3665 that one proxy can have, third
 * party call control, lost datagrams, and some hundred calls.
 */
@Timeout(120)
class SippIT {
    private static final String DOMAIN = "sip.test";
    private static final Account ALICE = new Account(TurnstoneNode.USER, TurnstoneNode.PASSWORD);
    private static final Account BOB = new Account("bob", "builder");
    private static final Account CAROL = new Account("carol", "king");

    private static int port;
    private static TurnstoneNode node;

    /** A datagram that nobody answers says nothing: what did the node count, and who else is at its port? */
    @RegisterExtension
    @SuppressWarnings("unused") // by JUnit
    private static final TestExecutionExceptionHandler STATE_OF_THE_NODE = (_, failed) -> {
        String counted = node.admin()
            .body("/metrics")
            .lines()
            .filter(line -> line.startsWith("turnstone_sip"))
            .collect(Collectors.joining("\n"));
        failed.addSuppressed(
            new AssertionError("sockets at UDP port " + port + ": " + UdpSockets.bound(port, 1) + "\n" + counted));
        throw failed;
    };

    private final List<ServerProcess> callees = new ArrayList<>();
    private final List<Sipp> registered = new ArrayList<>();

    @BeforeAll
    static void start() {
        Tools.require("sipp");
        port = FreePorts.one();
        // sipp knows MD5 only, and takes the first challenge
        node = TurnstoneNode.start(Tools.ARTEFACTS, 16, "--user", "bob:builder", "--user", "carol:king", "--sip-domain",
            DOMAIN, "--listen-sip", "127.0.0.1:" + port, "--sip-digest", "md5");
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.close();
        }
    }

    @AfterEach
    void stopCallees() {
        callees.forEach(ServerProcess::close);
        for (Sipp agent : registered) {
            agent.unregister();
        }
    }

    private static Sipp agent(Transport transport, Account account) {
        return new Sipp(port, DOMAIN, transport, account);
    }

    /** A user who is registered and answers every call as the scenario says. */
    private void answering(Transport transport, Account account, SippScenario scenario) {
        Sipp agent = agent(transport, account);
        callees.add(agent.answer(scenario, node));
        if (transport == Transport.UDP) {
            registered.add(agent);
        }
    }

    private static void call(Transport transport, SippScenario scenario, int times, String... flags) {
        agent(transport, ALICE).call(scenario, times, flags);
    }

    private static SippScenario answers() {
        return new SippScenario("answers").then("ring").then("answer", SDP).then("hung-up");
    }

    private static SippScenario calls() {
        return new SippScenario("calls").then("invite", SDP).then("accepted", NO_BODY).then("bye");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldRegisterListRefuseAndUnregister(Transport transport) {
        Sipp agent = agent(transport, BOB);
        SippScenario scenario = agent.registering("registrar")
            .then("register", Map.of("lines", "User-Agent: sipp"))
            .then("registered")
            .then("register", Map.of("lines", "Contact: *\nExpires: 0"))
            .then("unregistered")
            .then("register", Map.of("lines", "User-Agent: sipp"))
            .then("unregistered");
        agent.call(scenario, 1);

        Sipp impostor = agent(transport, new Account("bob", "wrong"));
        impostor.call(new SippScenario("impostor")
            .then("register", Map.of("lines", "Contact: " + impostor.contact()))
            .then("refused"), 1);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldCarryACallThatTheCallerEnds(Transport transport) {
        answering(transport, BOB, answers());

        call(transport, calls(), 1, "-s", "bob");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldCarryACallBetweenTransports(Transport transport) {
        answering(transport == Transport.UDP ? Transport.TCP : Transport.UDP, BOB, answers());

        call(transport, calls(), 3, "-s", "bob");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldCarryACallThatTheCalleeEnds(Transport transport) {
        answering(transport, BOB, new SippScenario("ends").then("ring").then("answer", SDP).then("hang-up"));

        call(transport, new SippScenario("is-ended").then("invite", SDP).then("accepted", NO_BODY).then("hung-up"), 1,
            "-s", "bob");
    }

    /** RFC 3665 §3.7. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldCarryAReInvite(Transport transport) {
        answering(transport, BOB,
            new SippScenario("answers-twice").then("ring")
                .then("answer", SDP)
                .then("reanswer", SDP)
                .then("hung-up"));

        call(transport,
            new SippScenario("calls-again").then("invite", SDP)
                .then("accepted", NO_BODY)
                .then("reinvite", SDP)
                .then("bye"),
            1, "-s", "bob");
    }

    /** RFC 3665 §3.6. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldCarryAnAnswerInTheAck(Transport transport) {
        answering(transport, BOB, answers());

        call(transport, new SippScenario("offers-late").then("invite", NO_BODY).then("accepted", SDP).then("bye"), 1,
            "-s", "bob");
    }

    /** RFC 3665 §3.8. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldCancelWhatIsNotAnswered(Transport transport) {
        answering(transport, BOB, new SippScenario("is-canceled").then("ring").then("canceled"));

        call(transport, new SippScenario("cancels").then("invite", SDP).then("cancel"), 1, "-s", "bob");
    }

    /** RFC 3665 §3.9 and §3.11. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldTellWhyACallFails(Transport transport) {
        answering(transport, BOB, new SippScenario("declines").then("ring").then("decline"));

        call(transport, new SippScenario("is-declined").then("invite", SDP)
            .then("failed", Map.of("status", "486")), 1, "-s", "bob");
        call(transport, new SippScenario("finds-nobody").then("invite", SDP)
            .then("failed", Map.of("status", "480")), 1, "-s", "carol");
        call(transport, new SippScenario("knows-nobody").then("invite", SDP)
            .then("failed", Map.of("status", "404")), 1, "-s", "dave");
    }

    /**
     * A tenth of all datagrams is lost at the caller, in both directions: all seven attempts of an INVITE fail in one run of
     * several thousand.
     */
    @Test
    void shouldSucceedThoughDatagramsAreLost() {
        answering(Transport.UDP, BOB, answers());

        call(Transport.UDP, calls(), 20, "-s", "bob", "-r", "20", "-lost", "10");

        assertThat(node.admin().metrics().sum("turnstone_sip_repeated_total")).isPositive();
    }

    /** RFC 3725 §4.1. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldLetAThirdPartyConnectTwoCallees(Transport transport) {
        answering(transport, BOB, answers());
        answering(transport, CAROL, answers());
        int twin = FreePorts.one();
        String between = "127.0.0.1:" + twin;
        SippScenario first = new SippScenario("third-party-a").then("invite", NO_BODY)
            .then("pass-offer")
            .then("bye");
        SippScenario second = new SippScenario("third-party-b").then("take-offer")
            .then("invite", "[$offer]")
            .then("pass-answer")
            .then("bye");
        try (ServerProcess other = agent(transport, ALICE).start(second, "-s", "carol", "-3pcc", between, "-m", "1")) {
            other.await("listening for its twin", 10, () -> Sipp.isListening(twin));
            call(transport, first, 1, "-s", "bob", "-3pcc", between);
            Sipp.expectSuccess(other);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldLoseNoneOfSomeHundredCalls(Transport transport) {
        answering(Transport.UDP, BOB, answers());

        call(transport, calls(), 300, "-s", "bob", "-r", "50");
    }
}
