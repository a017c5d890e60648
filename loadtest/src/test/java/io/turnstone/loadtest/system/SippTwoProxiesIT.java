package io.turnstone.loadtest.system;

import static io.turnstone.loadtest.sip.SippScenario.NO_BODY;
import static io.turnstone.loadtest.sip.SippScenario.SDP;

import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.TurnstoneNode;
import io.turnstone.loadtest.sip.SippScenario;
import io.turnstone.loadtest.system.Sipp.Account;
import io.turnstone.loadtest.system.Sipp.Transport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * sipp calls sipp through the proxies of two domains, as RFC 3665 draws its calls: over UDP all the way, and over TCP. The
 * caller's proxy asks for credentials, the callee's trusts it. sipp keeps one challenge, so the call that two proxies
 * challenge (§3.3) is in {@link TwoProxiesIT}.
 */
@ParameterizedClass
@EnumSource(Transport.class)
@Timeout(120)
class SippTwoProxiesIT {
    private static final int PROXIES = 2;
    private static final String ATLANTA_IP = "127.0.0.2";
    private static final String BILOXI_IP = "127.0.0.3";
    private static final String CALLEE_IP = "127.0.0.5";
    private static final String CALLER_IP = "127.0.0.6";
    private static final String NUMBER = "12285550123";
    private static final Account ALICE = new Account(TurnstoneNode.USER, TurnstoneNode.PASSWORD);
    private static final Account BOB = new Account(NUMBER, "number");

    private static final List<AutoCloseable> RUNNING = new ArrayList<>();
    private static Sipp alice;
    private static Sipp bob;
    private static TurnstoneNode bobsProxy;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Transport transport;

    SippTwoProxiesIT(Transport transport) {
        this.transport = transport;
    }

    @BeforeParameterizedClassInvocation
    static void start(Transport transport) {
        Tools.require("sipp");
        String atlanta = ATLANTA_IP + ":" + FreePorts.one();
        String biloxi = BILOXI_IP + ":" + FreePorts.one();
        String prefix = transport.name().toLowerCase(Locale.ROOT) + ":";
        // connections come from loopback's first address, wherever the listener is
        String trusted = transport == Transport.UDP ? atlanta : "127.0.0.1:5060";
        bobsProxy = start("biloxi.test", biloxi, "--user", NUMBER + ":" + BOB.password(), "--trunk", prefix + trusted,
            "--trunk-prefix", "9", "--set", "signaling.trunk.check-interval=0s");
        start("atlanta.test", atlanta, "--trunk", prefix + biloxi, "--trunk-prefix", "1", "--trunk-domain",
            "biloxi.test");
        bob = new Sipp(biloxi, "biloxi.test", transport, BOB, CALLEE_IP);
        alice = new Sipp(atlanta, "atlanta.test", transport, ALICE, CALLER_IP);
    }

    private static TurnstoneNode start(String domain, String listener, String... more) {
        List<String> flags = new ArrayList<>(
            List.of("--sip-domain", domain, "--listen-sip", listener, "--sip-digest", "md5"));
        flags.addAll(Arrays.asList(more));
        TurnstoneNode node = TurnstoneNode.start(Tools.ARTEFACTS, 16, flags.toArray(String[]::new));
        RUNNING.add(node);
        return node;
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        closeAll(RUNNING);
    }

    @AfterEach
    void stopCallee() throws Exception {
        closeAll(open);
        bob.unregister();
    }

    private static void closeAll(List<AutoCloseable> resources) throws Exception {
        for (AutoCloseable each : resources.reversed()) {
            each.close();
        }
        resources.clear();
    }

    private void call(SippScenario caller, SippScenario callee) {
        open.add(bob.answer(callee, bobsProxy));
        alice.call(caller, 1, "-s", NUMBER);
    }

    private SippScenario scenario(String name) {
        return new SippScenario(name + "-" + transport, PROXIES);
    }

    /** RFC 3665 §3.2. */
    @Test
    void shouldCarryACallThatTheCallerEnds() {
        call(scenario("calls-far").then("invite", SDP).then("accepted", NO_BODY).then("bye"),
            scenario("answers-far").then("ring").then("answer", SDP).then("hung-up"));
    }

    /** RFC 3665 §3.7, and a call that the callee ends. */
    @Test
    void shouldCarryAReInvite() {
        call(
            scenario("calls-far-again").then("invite", SDP)
                .then("accepted", NO_BODY)
                .then("reinvite", SDP)
                .then("hung-up"),
            scenario("answers-far-twice").then("ring").then("answer", SDP).then("reanswer", SDP).then("hang-up"));
    }

    /** RFC 3665 §3.8. */
    @Test
    void shouldCancelWhatIsNotAnswered() {
        call(scenario("cancels-far").then("invite", SDP).then("cancel"),
            scenario("is-canceled-far").then("ring").then("canceled"));
    }

    /** RFC 3665 §3.9. */
    @Test
    void shouldTellThatTheCalleeIsBusy() {
        call(scenario("is-declined-far").then("invite", SDP).then("failed", Map.of("status", "486")),
            scenario("declines-far").then("ring").then("decline"));
    }
}
