package io.turnstone.loadtest.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.server.TurnstoneNode;
import io.turnstone.loadtest.sip.SipText;
import io.turnstone.loadtest.sip.SipUserAgent;
import io.turnstone.loadtest.sip.SipUserAgent.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Users of three nodes call each other, and go on when a node is killed and they have connected to another one. */
@Timeout(240)
class SignalingClusterIT {
    private static final int NODES = 3;
    private static final int RUNS = Integer.getInteger("turnstone.failover.runs", 20);
    private static final String DOMAIN = "sip.test";
    private static final Identity ALICE = new Identity(DOMAIN, TurnstoneNode.USER, TurnstoneNode.PASSWORD);
    private static final Identity BOB = new Identity(DOMAIN, "bob", "builder");
    private static final int OTHERS = 10;
    private static final int DRAIN_MS = 2_000;
    private static final long DRAIN_SECONDS_MAX = 20;
    /** RFC 6455 §7.4.1. */
    private static final int GOING_AWAY = 1001;
    private static final String OFFER = "v=0\r\ns=offer\r\n";
    private static final String ANSWER = "v=0\r\ns=answer\r\n";
    /** A silent node is given up after 300 ms; the rest is for a machine that is busy. */
    private static final long REGISTER_MS_MAX = 5_000;

    private static TurnstoneCluster cluster;

    @BeforeAll
    static void start() {
        List<String> flags = new ArrayList<>(List.of("--user", "bob:builder", "--sip-domain", DOMAIN, "--set",
            "drain.connections-time=" + DRAIN_MS + "ms"));
        for (int i = 0; i < OTHERS; i++) {
            flags.addAll(List.of("--user", other(i).user() + ":" + other(i).password()));
        }
        cluster = TurnstoneCluster.start("signaling", NODES, flags.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static Identity other(int number) {
        return new Identity(DOMAIN, "user" + number, "pass" + number);
    }

    /** What the test before has registered is gone, at every node. */
    @BeforeEach
    void awaitNobody() {
        for (int node = 0; node < NODES; node++) {
            awaitReachable(node, 0);
        }
    }

    private static void awaitReachable(int node, int count) {
        TurnstoneNode asked = cluster.node(node);
        asked.process()
            .await(count + " bindings", 15, () -> asked.admin().metrics().sum("turnstone_sip_bindings") == count);
    }

    private static SipUserAgent connect(int node, Identity identity) {
        return SipUserAgent.connect(cluster.webSocketPort(node), identity);
    }

    private static SipUserAgent reconnect(SipUserAgent lost, int node) {
        return lost.reconnect(cluster.webSocketPort(node));
    }

    private static void register(SipUserAgent agent) {
        assertThat(agent.register(600).kind()).isEqualTo("200 REGISTER");
    }

    /** Ends a registration, so that nothing of a node that was killed stays until it expires. */
    private static void unregister(SipUserAgent agent) {
        assertThat(agent.register(0).kind()).isEqualTo("200 REGISTER");
    }

    private static SipText ring(SipUserAgent caller, SipUserAgent callee) {
        caller.invite(callee.addressOfRecord(), OFFER);
        SipText invite = callee.expect("INVITE");
        assertThat(invite.body()).isEqualTo(OFFER);
        callee.reply(invite, 180, "");
        caller.expect("180 INVITE");
        return invite;
    }

    private static SipText answer(SipUserAgent caller, SipUserAgent callee, SipText invite) {
        SipText answer = callee.accept(invite, ANSWER, caller);
        assertThat(answer.body()).isEqualTo(ANSWER);
        caller.sendAsCaller("ACK", answer);
        callee.expect("ACK");
        return answer;
    }

    private static void hold(SipUserAgent caller, SipUserAgent callee, SipText answer) {
        caller.sendAsCaller("INVITE", answer);
        callee.reply(callee.expect("INVITE"), 200, ANSWER);
        caller.sendAsCaller("ACK", caller.expect("200 INVITE"));
        callee.expect("ACK");
    }

    private static void hangUp(SipUserAgent caller, SipUserAgent callee, SipText answer) {
        caller.sendAsCaller("BYE", answer);
        callee.reply(callee.expect("BYE"), 200, "");
        caller.expect("200 BYE");
    }

    @Test
    void shouldCallFromOneNodeToAnotherAndTalkThroughAThird() {
        try (SipUserAgent alice = connect(0, ALICE); SipUserAgent bob = connect(1, BOB)) {
            register(alice);
            register(bob);
            SipText answer = answer(alice, bob, ring(alice, bob));
            hold(alice, bob, answer);

            try (SipUserAgent moved = reconnect(alice, 2)) {
                register(moved);
                hold(moved, bob, answer);
                hangUp(moved, bob, answer);
            }
        }
    }

    @Test
    void shouldTellThatACalleeOfAnotherNodeHasGone() {
        try (SipUserAgent alice = connect(0, ALICE)) {
            register(alice);
            try (SipUserAgent bob = connect(1, BOB)) {
                register(bob);
                awaitReachable(0, 2);
            }
            awaitReachable(0, 1);

            SipText invite = alice.invite("sip:bob@" + DOMAIN, OFFER);
            alice.acknowledgeFailure(invite, alice.expect("480 INVITE"));
        }
    }

    @Test
    void shouldRingOnAndTalkOnWhenTheCalleesNodeIsKilled() {
        lose(0, SignalingClusterIT::loseTheCallee);
    }

    @Test
    void shouldTalkOnWhenTheCallersNodeIsKilled() {
        lose(1, SignalingClusterIT::loseTheCaller);
    }

    /** Libraries for browsers give such a call up by themselves; a user agent that does not has it. */
    @Test
    void shouldBringTheAnswerToACallerWhoseNodeIsKilledWhileItRings() {
        lose(1, SignalingClusterIT::loseTheCallerWhileItRings);
    }

    @Test
    void shouldRegisterAndCallWhenAThirdNodeIsKilled() {
        lose(2, SignalingClusterIT::loseAWitness);
    }

    /** So that the clients of a node that ends do not all register elsewhere in the same moment. */
    @Test
    void shouldSendClientsElsewhereOneAfterTheOtherWhenANodeIsDrained() {
        int drained = 0;
        List<SipUserAgent> others = new ArrayList<>();
        try (SipUserAgent alice = connect(1, ALICE)) {
            register(alice);
            for (int i = 0; i < OTHERS; i++) {
                others.add(connect(drained, other(i)));
            }
            others.forEach(SignalingClusterIT::register);
            SipText answer = answer(alice, others.getFirst(), ring(alice, others.getFirst()));
            CompletableFuture<?>[] closed = others.stream()
                .map(SipUserAgent::closed)
                .toArray(CompletableFuture[]::new);

            cluster.node(drained).process().signal("TERM");
            CompletableFuture.anyOf(closed).orTimeout(DRAIN_SECONDS_MAX, TimeUnit.SECONDS).join();
            long firstNs = System.nanoTime();
            CompletableFuture.allOf(closed).orTimeout(DRAIN_SECONDS_MAX, TimeUnit.SECONDS).join();
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - firstNs)).isGreaterThan(DRAIN_MS / 2);
            assertThat(others).allMatch(other -> other.closeCode() == GOING_AWAY);

            others.replaceAll(other -> reconnect(other, 2));
            others.forEach(SignalingClusterIT::register);
            hold(alice, others.getFirst(), answer);
            hangUp(alice, others.getFirst(), answer);
            others.forEach(other -> hangUp(alice, other, answer(alice, other, ring(alice, other))));
            assertThat(cluster.node(drained).process().awaitExit(DRAIN_SECONDS_MAX)).isZero();
        } finally {
            others.forEach(SipUserAgent::close);
            cluster.restart(drained);
        }
    }

    @Test
    @Tag("full")
    @Tag("failover")
    @Timeout(3_600)
    void shouldGoOnWhicheverNodeIsKilledTwentyTimes() {
        for (int run = 0; run < RUNS; run++) {
            lose(run % NODES, SignalingClusterIT::loseTheCallee);
            awaitNobody();
            lose((run + 1) % NODES, SignalingClusterIT::loseTheCaller);
            awaitNobody();
            lose((run + 1) % NODES, SignalingClusterIT::loseTheCallerWhileItRings);
            awaitNobody();
            lose((run + 2) % NODES, SignalingClusterIT::loseAWitness);
            awaitNobody();
        }
    }

    /** The next test finds three nodes again, whatever becomes of this one. */
    private static void lose(int node, IntConsumer test) {
        try {
            test.accept(node);
        } finally {
            cluster.restart(node);
        }
    }

    private static int after(int node) {
        return (node + 1) % NODES;
    }

    private static void loseTheCallee(int killed) {
        int callers = after(killed);
        try (SipUserAgent alice = connect(callers, ALICE); SipUserAgent bob = connect(killed, BOB)) {
            register(alice);
            register(bob);
            SipText ringing = ring(alice, bob);

            cluster.kill(killed);
            try (SipUserAgent back = reconnect(bob, after(callers))) {
                register(back);
                SipText again = back.expect("INVITE");
                assertThat(again.header("Via")).isEqualTo(ringing.header("Via"));
                SipText answer = answer(alice, back, again);
                hold(alice, back, answer);
                hangUp(alice, back, answer);
                unregister(back);
            }
        }
    }

    private static void loseTheCaller(int killed) {
        int callees = after(killed);
        try (SipUserAgent alice = connect(killed, ALICE); SipUserAgent bob = connect(callees, BOB)) {
            register(alice);
            register(bob);
            SipText invite = ring(alice, bob);
            SipText answered = bob.reply(invite, 200, ANSWER);
            SipText answer = alice.expect("200 INVITE");
            alice.sendAsCaller("ACK", answer);
            bob.expect("ACK");

            cluster.kill(killed);
            try (SipUserAgent back = reconnect(alice, after(callees))) {
                register(back);
                hold(back, bob, answer);
                bob.sendAsCallee("BYE", invite, answered);
                back.reply(back.expect("BYE"), 200, "");
                bob.expect("200 BYE");
                unregister(back);
            }
        }
    }

    private static void loseTheCallerWhileItRings(int killed) {
        int callees = after(killed);
        try (SipUserAgent alice = connect(killed, ALICE); SipUserAgent bob = connect(callees, BOB)) {
            register(alice);
            register(bob);
            SipText invite = ring(alice, bob);

            cluster.kill(killed);
            try (SipUserAgent back = reconnect(alice, after(callees))) {
                register(back);
                SipText answer = answer(back, bob, invite);
                hold(back, bob, answer);
                hangUp(back, bob, answer);
                unregister(back);
            }
        }
    }

    /** Many users, since the node that has to acknowledge a registration depends on who registers. */
    private static void loseAWitness(int killed) {
        int callers = after(killed);
        try (SipUserAgent alice = connect(callers, ALICE); SipUserAgent bob = connect(after(callers), BOB)) {
            register(alice);
            List<SipUserAgent> others = new ArrayList<>();
            try {
                for (int i = 0; i < OTHERS; i++) {
                    others.add(connect(i % 2 == 0 ? callers : after(callers), other(i)));
                }
                cluster.kill(killed);
                long killedNs = System.nanoTime();
                register(bob);
                others.forEach(SignalingClusterIT::register);
                assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killedNs)).isLessThan(REGISTER_MS_MAX);

                SipText answer = answer(alice, bob, ring(alice, bob));
                hangUp(alice, bob, answer);
                others.forEach(other -> answer(alice, other, ring(alice, other)));
            } finally {
                others.forEach(SipUserAgent::close);
            }
        }
    }
}
