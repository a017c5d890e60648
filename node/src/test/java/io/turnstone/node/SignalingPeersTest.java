package io.turnstone.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.node.auth.CredentialStore;
import io.turnstone.node.auth.Nonces;
import io.turnstone.node.auth.RestSecrets;
import io.turnstone.node.auth.SipAuthenticator;
import io.turnstone.node.replication.ReplicationSettings;
import io.turnstone.node.rib.NodeDescriptor;
import io.turnstone.node.rib.RelayMode;
import io.turnstone.node.signaling.Calls;
import io.turnstone.node.signaling.RegistrationLimits;
import io.turnstone.node.signaling.SignalingAgent;
import io.turnstone.node.signaling.SignalingCounter;
import io.turnstone.node.signaling.SignalingSettings;
import io.turnstone.node.signaling.SipEngine;
import io.turnstone.node.signaling.SipTimers;
import io.turnstone.node.signaling.TestOutside;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.sip.SipLimits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class SignalingPeersTest {
    private static final long SELF = 1;

    private final Deque<Runnable> control = new ArrayDeque<>();
    private final SignalingPeers peers = new SignalingPeers(node(SELF, SignalingPeers.SINCE_VERSION, true),
        control::add);
    /** Whom signaling has told something. */
    private final List<Long> told = new ArrayList<>();
    private final SignalingAgent agent = agent();

    private static NodeDescriptor node(long incarnation, int wireVersion, boolean signaling) {
        TransportAddress address = TransportAddress.parse("127.0.0.1:4000");
        return new NodeDescriptor(incarnation, "node" + incarnation, address, List.of(), RelayMode.NODE, List.of(),
            List.of(), List.of(), wireVersion, signaling);
    }

    private SignalingAgent agent() {
        CredentialStore users = new CredentialStore(
            "example.com", Map.of(), new RestSecrets(List.of(), RestSecrets.DEFAULT_SEPARATOR));
        ClusterKeys keys = ClusterKeys.ofSecrets(List.of("cluster"));
        SignalingSettings settings = new SignalingSettings(SELF, List.of("example.com"), Map.of(), SipTimers.DEFAULT,
            RegistrationLimits.DEFAULT, SipLimits.DEFAULT, 200, 120);
        SipAuthenticator authenticator = new SipAuthenticator(users, new Nonces(keys, 600_000, new Random(1)), 100);
        return new SignalingAgent(
            settings,
            new SipEngine.Access(keys, users, authenticator),
            TestOutside.none(),
            new SignalingAgent.Cluster((node, message) -> told.add(node) && peers.send(node, message),
                ReplicationSettings.DEFAULT, Calls.Telling.NOBODY),
            () -> 1_795_000_000_000L,
            () -> {});
    }

    private void work() {
        agent.doWork();
        control.forEach(Runnable::run);
        control.clear();
        agent.doWork();
    }

    @Test
    void shouldTellNothingToNodesThatServeNoSipOrDoNotKnowItsMessages() {
        peers.inbox(agent.peers());

        peers.begin(node(2, SignalingPeers.SINCE_VERSION - 1, true));
        peers.begin(node(3, SignalingPeers.SINCE_VERSION, false));
        peers.begin(node(4, SignalingPeers.SINCE_VERSION + 1, true));
        work();

        assertThat(told).containsOnly(4L);
    }

    @Test
    void shouldTellNothingToWhoHasLeft() {
        peers.inbox(agent.peers());
        peers.begin(node(2, SignalingPeers.SINCE_VERSION, true));
        peers.end(2);
        work();
        told.clear();

        peers.end(2);
        work();

        assertThat(told).isEmpty();
    }

    @Test
    void shouldGiveBackWhatTheFabricDoesNotTake() {
        peers.inbox(agent.peers());
        peers.begin(node(2, SignalingPeers.SINCE_VERSION, true));

        work();

        assertThat(agent.counters().get(SignalingCounter.PEER_UNSENT)).isPositive();
    }

    @Test
    void shouldTakeSignalingsMessagesOnly() {
        UnsafeBuffer ours = new UnsafeBuffer(" rest".getBytes(StandardCharsets.US_ASCII));
        UnsafeBuffer replication = new UnsafeBuffer(new byte[]{8, 1});

        assertThat(peers.takes(2, ours, 0, ours.capacity())).isTrue();
        peers.inbox(agent.peers());
        assertThat(peers.takes(2, ours, 0, ours.capacity())).isTrue();
        assertThat(peers.takes(2, replication, 0, replication.capacity())).isFalse();
        agent.doWork();

        assertThat(agent.counters().get(SignalingCounter.PEER_MALFORMED)).isEqualTo(1);
    }

    @Test
    void shouldLetNothingWaitBeyondItsShare() {
        peers.inbox(agent.peers());
        byte[] message = new byte[100_000];
        int taken = 0;
        while (peers.send(2, message)) {
            taken++;
        }

        assertThat(taken).isBetween(160, 170);
        control.forEach(Runnable::run);
        assertThat(peers.send(2, message)).isTrue();
    }
}
