package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Users of different nodes, and nodes that lose each other. */
class SignalingClusterTest {
    private final AgentNetwork network = new AgentNetwork();
    private final TestPhone alice = TestPhone.browser(network, "alice", "wonder", 1);
    private final TestPhone bob = TestPhone.browser(network, "bob", "builder", 2);

    private void register() {
        assertThat(alice.register().status()).isEqualTo(200);
        assertThat(bob.register().status()).isEqualTo(200);
    }

    private int bindings(long node) {
        network.advance(300);
        return network.agent(node).sizes().bindings();
    }

    private long count(long node, SignalingCounter counter) {
        return network.agent(node).counters().get(counter);
    }

    /** Alice calls, Bob answers. */
    private TestDialog call() {
        alice.invite(bob.addressOfRecord());
        TestMessage invite = bob.expect("INVITE");
        bob.reply(invite, 180);
        alice.expect("180 INVITE");
        bob.reply(invite, 200);
        TestMessage accepted = alice.expect("200 INVITE");
        TestDialog dialog = TestDialog.ofCaller(alice, accepted);
        dialog.acknowledge(accepted);
        bob.expect("ACK");
        return dialog;
    }

    @Test
    void shouldKnowEachRegistrationEverywhere() {
        register();

        assertThat(bindings(1)).isEqualTo(2);
        assertThat(bindings(2)).isEqualTo(2);
        assertThat(bindings(3)).isEqualTo(2);
    }

    @Test
    void shouldCallFromOneNodeToAnotherAndTalkThroughAThird() {
        register();
        TestDialog dialog = call();

        network.close(alice.flow());
        alice.connect(3);
        assertThat(alice.register().status()).isEqualTo(200);
        dialog.send("BYE");
        bob.reply(bob.expect("BYE"), 200);
        alice.expect("200 BYE");

        assertThat(count(1, SignalingCounter.PEER_SENT)).isEqualTo(2);
        assertThat(count(2, SignalingCounter.PEER_DELIVERED)).isEqualTo(3);
    }

    @Test
    void shouldCarryLongMessages() {
        register();
        String body = "X-Long: " + "x".repeat(60_000) + "\n";

        alice.ask("MESSAGE", bob.addressOfRecord(), body);

        assertThat(bob.expect("MESSAGE").header("X-Long")).hasSize(60_000);
    }

    @Test
    void shouldAnswerARegistrationOnlyWhenAnotherNodeHasIt() {
        TestMessage register = alice.authorizedRegister();
        network.cut(1L);
        alice.send(register);
        network.advance(500);
        alice.expectNothing();

        network.judgeCut();

        alice.expect("200 REGISTER");
    }

    @Test
    void shouldTakeRegistrationsOfBothSidesOfASplitAndKeepThemAll() {
        network.cut(1L);
        network.judgeCut();
        register();
        TestPhone other = TestPhone.browser(network, "alice", "wonder", 3);
        assertThat(other.register().status()).isEqualTo(200);
        assertThat(bindings(1)).isEqualTo(1);
        assertThat(bindings(2)).isEqualTo(2);

        network.cut();
        network.judgeCut();
        network.advance(3_000);

        assertThat(bindings(1)).isEqualTo(3);
        assertThat(bindings(2)).isEqualTo(3);
        assertThat(network.agent(1).isInSync()).isTrue();
        bob.invite(alice.addressOfRecord());
        alice.expect("INVITE");
        other.expect("INVITE");
    }

    @Test
    void shouldMakeGoodWhatANodeHasMissed() {
        TestPhone carol = TestPhone.browser(network, "carol", "king", 1);
        network.cut(3L);
        alice.send(alice.authorizedRegister());
        bob.send(bob.authorizedRegister());
        network.settle();
        network.cut();
        network.refuse(3L);
        carol.send(carol.authorizedRegister());
        network.settle();
        network.refuse();

        network.advance(3_000);

        alice.expect("200 REGISTER");
        bob.expect("200 REGISTER");
        carol.expect("200 REGISTER");
        assertThat(bindings(3)).isEqualTo(3);
        assertThat(network.agent(3).isInSync()).isTrue();
    }

    @Test
    void shouldNotLetTheEndOfALostConnectionEndWhatWasRegisteredElsewhere() {
        register();
        FlowName lost = bob.flow();
        bob.connect(3);
        assertThat(bob.register().status()).isEqualTo(200);

        network.close(lost);

        assertThat(bindings(1)).isEqualTo(2);
        alice.invite(bob.addressOfRecord());
        bob.expect("INVITE");
    }

    @Test
    void shouldNotRingWhoseNodeIsSilentUntilTheyAreRegisteredElsewhere() {
        register();
        network.freeze(2);
        network.judgeCut();
        TestMessage invite = alice.invite(bob.addressOfRecord());
        alice.acknowledge(invite, alice.expect("480 INVITE"));

        bob.connect(3);
        assertThat(bob.register().status()).isEqualTo(200);
        alice.invite(bob.addressOfRecord());

        bob.expect("INVITE");
    }

    @Test
    void shouldRingOnAtAnotherNodeWhenTheCalleesNodeHasDied() {
        register();
        alice.invite(bob.addressOfRecord());
        TestMessage invite = bob.expect("INVITE");
        bob.reply(invite, 180);
        alice.expect("180 INVITE");

        network.freeze(2);
        bob.connect(3);
        network.advance(500);
        network.judgeCut();
        assertThat(bob.register().status()).isEqualTo(200);

        TestMessage again = bob.expect("INVITE");
        assertThat(again.header("Via")).isEqualTo(invite.header("Via"));
        bob.reply(again, 200);
        alice.expect("200 INVITE");
    }

    @Test
    void shouldTellTheCallerThatAFlowOfAnotherNodeWasGone() {
        register();
        network.breakOff(bob.flow());

        TestMessage invite = alice.invite(bob.addressOfRecord());

        alice.acknowledge(invite, alice.expect("480 INVITE"));
        assertThat(count(2, SignalingCounter.PEER_FLOW_GONE)).isPositive();
    }

    @Test
    void shouldHoldWhatComesToANodeThatHasNotHeardYetThatTheFlowIsGone() {
        register();
        TestDialog dialog = call();
        network.breakOff(bob.flow());

        dialog.send("BYE");
        network.settle();
        assertThat(count(2, SignalingCounter.PEER_FLOW_GONE)).isOne();
        alice.expectNothing();
        bob.connect(3);
        assertThat(bob.register().status()).isEqualTo(200);

        bob.reply(bob.expect("BYE"), 200);
        alice.expect("200 BYE");
    }

    @Test
    void shouldSendAgainWhatALostConnectionHadTaken() {
        register();
        TestDialog dialog = call();
        dialog.send("BYE");
        TestMessage lost = bob.expect("BYE");
        bob.connect(3);
        assertThat(bob.register().status()).isEqualTo(200);

        TestMessage again = bob.expect("BYE");
        assertThat(again.header("Via")).isEqualTo(lost.header("Via"));
        bob.reply(again, 200);
        alice.expect("200 BYE");
    }

    @Test
    void shouldSendAgainOverTheFlowThatIsKnownMeanwhile() {
        register();
        TestDialog dialog = call();
        FlowName lost = bob.flow();
        dialog.send("BYE");
        UnsafeBuffer octets = Sip.buffer(bob.expect("BYE").text());
        bob.connect(3);
        assertThat(bob.register().status()).isEqualTo(200);
        network.agent(1).peers().unsent(lost.node(), PeerMessages.deliver(lost, octets, 0, octets.capacity()));

        bob.reply(bob.expect("BYE"), 200);
        alice.expect("200 BYE");
    }

    @Test
    void shouldTellTheCallerThatANodeTakesNothing() {
        register();
        network.refuse(2L);

        TestMessage invite = alice.invite(bob.addressOfRecord());

        alice.acknowledge(invite, alice.expect("480 INVITE"));
        assertThat(count(1, SignalingCounter.PEER_UNSENT)).isPositive();
    }

    @Test
    void shouldTellTheCallerWhatTheFabricHasGivenBack() {
        register();
        FlowName flow = bob.flow();
        alice.invite(bob.addressOfRecord());
        String sent = bob.expect("INVITE").text();
        UnsafeBuffer octets = Sip.buffer(sent);

        network.agent(1)
            .peers()
            .unsent(flow.node(), PeerMessages.deliver(flow, octets, 0, octets.capacity()));

        alice.expect("480 INVITE");
    }

    @Test
    void shouldLetANodeThatJoinsLateCallEveryone() {
        register();
        network.kill(3);
        network.advance(3_000);
        assertThat(network.agent(3).isInSync()).isTrue();

        TestPhone carol = TestPhone.browser(network, "carol", "king", 3);
        assertThat(carol.register().status()).isEqualTo(200);
        carol.invite(bob.addressOfRecord());

        bob.expect("INVITE");
    }

    @Test
    void shouldDropAndCountWhatNoNodeSays() {
        network.agent(1).peers().received(2, Sip.buffer(" nonsense"), 0, 9);
        network.settle();

        assertThat(count(1, SignalingCounter.PEER_MALFORMED)).isEqualTo(1);
        assertThat(SignalingAgent.reads(Sip.buffer(" x"), 0, 2)).isTrue();
        assertThat(SignalingAgent.reads(Sip.buffer("x"), 0, 1)).isFalse();
        assertThat(SignalingAgent.reads(Sip.buffer(""), 0, 0)).isFalse();
    }
}
