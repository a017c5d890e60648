package io.turnstone.loadtest.system;

import static io.turnstone.loadtest.system.Steps.end;
import static io.turnstone.loadtest.system.Steps.letFlow;
import static io.turnstone.loadtest.system.Steps.relayedAddress;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.Credentials;
import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.client.PlainPeer;
import io.turnstone.loadtest.client.ProbeFlow;
import io.turnstone.loadtest.client.ProbeReport;
import io.turnstone.loadtest.client.Requests;
import io.turnstone.loadtest.client.Stun;
import io.turnstone.loadtest.client.StunMessage;
import io.turnstone.loadtest.client.TurnClient;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client changes its socket and keeps its allocation, whichever node hears of it (RFC 8016). */
@ExtendWith(ClusterExtension.class)
@Timeout(60)
class MobilityIT {
    private static final int CHANNEL = 0x4001;
    private static final int PACKETS_PER_SECOND = 200;
    private static final int A = 0;
    private static final int B = 1;
    private static final int C = 2;

    private final TurnstoneCluster cluster;
    private final ClientLoop loop = ClientLoop.start();

    MobilityIT(TurnstoneCluster cluster) {
        this.cluster = cluster;
    }

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    @Test
    void shouldKeepThePeersFlowWhenTheClientMovesToAnotherNode() {
        PlainPeer peer = loop.peer(Loopback.ipv4(0)).echoing();
        TurnClient before = clientAt(A);
        StunMessage allocated = before.allocate(Requests.mobility()).join();
        assertSuccess(before.channelBind(CHANNEL, peer.address()).join());
        TurnClient after = clientAt(B);
        AtomicBoolean left = new AtomicBoolean();
        AtomicInteger atOldSocket = new AtomicInteger();
        AtomicInteger atNewSocket = new AtomicInteger();
        ProbeFlow flow = new ProbeFlow(loop, 1, 160,
            payload -> (left.get() ? after : before).sendChannelData(CHANNEL, payload));
        before.onData((from, channel, payload) -> count(atOldSocket, flow.onPayload(payload)));
        after.onData((from, channel, payload) -> count(atNewSocket, flow.onPayload(payload)));

        flow.start(PACKETS_PER_SECOND);
        letFlow(500);
        StunMessage moved = after.takeOver(ticket(allocated)).join();
        letFlow(500);
        assertThat(atNewSocket).as("data go to the old socket until the new one has sent some").hasValue(0);
        left.set(true);
        letFlow(1_000);
        int oldSocketsShare = atOldSocket.get();
        letFlow(500);
        ProbeReport report = end(flow);

        assertSuccess(moved);
        assertThat(ticket(moved)).isNotEqualTo(ticket(allocated));
        assertThat(report.lost()).as(report::toString).isZero();
        assertThat(report.duplicates()).as(report::toString).isZero();
        assertThat(atOldSocket).as("nothing comes to the old socket any more").hasValue(oldSocketsShare);
        assertThat(after.refresh(600).join().errorCode()).isZero();
    }

    @Test
    void shouldRelayBothWaysBetweenClientsWhenOneHasMoved() {
        TurnClient caller = clientAt(A);
        TurnClient callee = clientAt(B);
        StunMessage allocated = caller.allocate(Requests.mobility()).join();
        InetSocketAddress callerRelay = relayedAddress(allocated);
        InetSocketAddress calleeRelay = relayedAddress(callee.allocate().join());
        assertSuccess(caller.channelBind(CHANNEL, calleeRelay).join());
        assertSuccess(callee.channelBind(CHANNEL, callerRelay).join());

        TurnClient moved = clientAt(C);
        assertSuccess(moved.takeOver(ticket(allocated)).join());
        moved.sendChannelData(CHANNEL, ByteBuffer.allocate(1));
        // what is learned of a flow changes at most once in 200 ms
        letFlow(400);
        ProbeFlow there = new ProbeFlow(loop, 1, 160, payload -> moved.sendChannelData(CHANNEL, payload));
        ProbeFlow back = new ProbeFlow(loop, 2, 160, payload -> callee.sendChannelData(CHANNEL, payload));
        callee.onData((from, channel, payload) -> there.onPayload(payload));
        moved.onData((from, channel, payload) -> back.onPayload(payload));
        there.start(PACKETS_PER_SECOND);
        back.start(PACKETS_PER_SECOND);
        letFlow(1_000);
        there.stop();
        back.stop();
        letFlow(300);

        assertThat(there.report().lost()).as(there.report()::toString).isZero();
        assertThat(back.report().lost()).as(back.report()::toString).isZero();
    }

    @Test
    void shouldRepeatTheAnswerToAMoveByteForByteAtEveryNode() {
        StunMessage allocated = clientAt(A).allocate(Requests.mobility()).join();
        TurnClient moved = clientAt(B);
        moved.exchange(Requests.refresh(600).make().build()).join();
        byte[] request = moved.authenticated(Requests.move(ticket(allocated)));

        StunMessage first = moved.exchange(request).join();
        assertSuccess(first);
        for (int node : new int[]{C, A, B}) {
            moved.moveTo(cluster.balancedTo(node));
            assertThat(moved.exchange(request).join().bytes()).as("node %d", node).isEqualTo(first.bytes());
        }
    }

    @Test
    void shouldRefuseATicketWithAnotherUsersCredential() {
        TurnClient client = clientAt(A);
        StunMessage allocated = client.allocate(Requests.mobility()).join();
        Credentials mallory = Credentials.rest(
            TurnstoneCluster.REST_SECRET, "mallory", System.currentTimeMillis() / 1000 + 600, "HmacSHA1");

        StunMessage answer = loop.client(cluster.balancedTo(B), mallory).takeOver(ticket(allocated)).join();

        assertThat(answer.errorCode()).isEqualTo(441);
        assertSuccess(client.refresh(600).join());
    }

    @Test
    void shouldRefuseATicketThatWasUsedAlready() {
        byte[] first = ticket(clientAt(A).allocate(Requests.mobility()).join());
        byte[] second = ticket(clientAt(B).takeOver(first).join());

        assertThat(clientAt(C).takeOver(first).join().errorCode()).isEqualTo(400);
        assertSuccess(clientAt(C).takeOver(second).join());
    }

    private TurnClient clientAt(int node) {
        return loop.client(cluster.balancedTo(node), cluster.node(node).credentials(), cluster.clientAddress());
    }

    private static byte[] ticket(StunMessage answer) {
        return Objects.requireNonNull(answer.attribute(Stun.MOBILITY_TICKET), answer::toString);
    }

    private static void assertSuccess(StunMessage answer) {
        assertThat(answer.isSuccess()).as(answer::toString).isTrue();
    }

    private static void count(AtomicInteger counter, boolean counts) {
        if (counts) {
            counter.incrementAndGet();
        }
    }
}
