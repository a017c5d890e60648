package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.sip.SipLimits;
import io.turnstone.protocol.sip.SipMessage;
import io.turnstone.protocol.sip.SipMethod;
import io.turnstone.protocol.sip.SipTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class TransactionsTest {
    private static final long START_MS = 1_000_000;
    private static final FlowName UDP = new FlowName(1, 7, SipTransport.UDP);
    private static final FlowName WS = new FlowName(1, 8, SipTransport.WS);
    private static final RequestName NAME = new RequestName(5, 6);
    private static final String INVITE = """
        INVITE sip:bob@192.0.2.9 SIP/2.0
        Via: SIP/2.0/UDP edge.example.com;branch=z9hG4bKours
        Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKtheirs
        Route: <sip:next.example.com;lr>
        From: <sip:alice@example.com>;tag=1
        To: <sip:bob@example.com>
        Call-ID: x
        CSeq: 7 INVITE
        Content-Length: 0

        """;

    private final List<String> sent = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final Transactions transactions = new Transactions(
        SipTimers.DEFAULT,
        new Recorder(),
        new Responses(),
        SipLimits.DEFAULT,
        START_MS);
    private long nowMs = START_MS;
    private boolean broken;

    private final class Recorder implements Flows {
        @Override
        public boolean send(FlowName flow, DirectBuffer buffer, int offset, int length) {
            if (!broken) {
                sent.add(Sip.text(buffer, offset, length));
            }
            return !broken;
        }

        @Override
        public boolean isHeard(long node) {
            return true;
        }

        @Override
        public void handOver(long node, Arrival from, DirectBuffer buffer, int offset, int length) {
            throw new AssertionError("transactions are of one node");
        }
    }

    private final class Listener implements TransactionUser {
        @Override
        public void onResponse(ClientTransaction transaction, SipMessage response, long atMs) {
            told.add(Integer.toString(response.statusCode()));
        }

        @Override
        public void onExpired(ClientTransaction transaction, long atMs) {
            told.add("expired");
            transactions.cancel(transaction, atMs);
        }

        @Override
        public void onTimeout(ClientTransaction transaction, long atMs) {
            told.add("timeout");
        }

        @Override
        public void onMoved(ClientTransaction transaction, Binding binding, long atMs) {
            told.add("moved");
        }

        @Override
        public void onCancel(long atMs) {
            told.add("cancel");
        }
    }

    private static Branch branch(FlowName flow) {
        return new Branch(NAME, SipMethod.INVITE, new Target(new BindingId(1, 2), flow, "", "", "", null, null));
    }

    private ClientTransaction send(FlowName flow) {
        UnsafeBuffer buffer = Sip.buffer(INVITE);
        return Objects.requireNonNull(
            transactions.send(branch(flow), new Listener(), buffer, buffer.capacity(), nowMs));
    }

    private void respond(ClientTransaction transaction, int status) {
        SipMessage response = Sip.parsed(
            "SIP/2.0 " + status + " X\nVia: SIP/2.0/UDP edge.example.com;branch=z9hG4bKours\n"
                + "To: <sip:bob@example.com>;tag=9\nCSeq: 7 INVITE\n\n");
        transactions.onResponse(transaction, response, transaction.flow(), nowMs);
    }

    private void advance(long ms) {
        for (long end = nowMs + ms; nowMs < end; nowMs += 10) {
            transactions.turn(nowMs);
        }
    }

    @Test
    void shouldAcknowledgeAFailureOverTheSameHop() {
        ClientTransaction transaction = send(UDP);
        respond(transaction, 486);

        assertThat(told).containsExactly("486");
        assertThat(sent.getLast()).isEqualTo("""
            ACK sip:bob@192.0.2.9 SIP/2.0
            Via: SIP/2.0/UDP edge.example.com;branch=z9hG4bKours
            Route: <sip:next.example.com;lr>
            Max-Forwards: 70
            From: <sip:alice@example.com>;tag=1
            To: <sip:bob@example.com>;tag=9
            Call-ID: x
            CSeq: 7 ACK
            Content-Length: 0

            """);
        respond(transaction, 486);
        assertThat(sent).hasSize(3);
        assertThat(told).hasSize(1);
        advance(33_000);
        assertThat(transactions.size()).isZero();
    }

    @Test
    void shouldCancelOnlyAfterTheFirstResponseAndOnce() {
        ClientTransaction transaction = send(UDP);
        transactions.cancel(transaction, nowMs);
        assertThat(sent).hasSize(1);

        respond(transaction, 180);
        transactions.cancel(transaction, nowMs);

        assertThat(sent).hasSize(2);
        assertThat(sent.getLast()).startsWith("CANCEL sip:bob@192.0.2.9 SIP/2.0\nVia: SIP/2.0/UDP edge")
            .contains("CSeq: 7 CANCEL\n")
            .doesNotContain("theirs");
        advance(600);
        assertThat(sent).hasSize(3);
        ClientTransaction cancel = Objects
            .requireNonNull(transactions.findClient(NAME.high(), NAME.low(), SipMethod.CANCEL));
        assertThat(cancel).isNotSameAs(transaction);
        transactions.onResponse(cancel, Sip.parsed("SIP/2.0 200 OK\nCSeq: 7 CANCEL\n\n"), UDP, nowMs);
        advance(40_000);
        assertThat(sent).hasSize(3);
        assertThat(told).containsExactly("180", "timeout");
        assertThat(transactions.size()).isZero();
    }

    @Test
    void shouldCancelWhatRingsForTooLong() {
        ClientTransaction transaction = send(WS);
        respond(transaction, 180);
        advance(SipTimers.DEFAULT.timerCMs() + 100);

        assertThat(told).containsExactly("180", "expired");
        assertThat(sent).hasSize(2);
        assertThat(sent.getLast()).startsWith("CANCEL ");
        respond(transaction, 487);
        assertThat(sent.getLast()).startsWith("ACK ");
        assertThat(transactions.size()).isZero();
    }

    @Test
    void shouldKeepNothingOfWhatCouldNotBeSent() {
        broken = true;
        UnsafeBuffer buffer = Sip.buffer(INVITE);
        assertThat(transactions.send(branch(WS), new Listener(), buffer, buffer.capacity(), nowMs)).isNull();
        assertThat(transactions.size()).isZero();
    }

    @Test
    void shouldAnswerARepeatedRequestByItself() {
        Arrival arrival = new Arrival(UDP, TransportAddress.parse("192.0.2.1:5060"));
        ServerTransaction transaction = transactions.open(1, 2, arrival, SipMethod.INVITE, nowMs);
        UnsafeBuffer request = Sip.buffer(INVITE);
        transaction.keepRequest(request, request.capacity());
        advance(250);
        assertThat(sent).hasSize(1);
        assertThat(sent.getFirst()).startsWith("SIP/2.0 100 Trying\n").contains("received=192.0.2.1");

        UnsafeBuffer busy = Sip.buffer("SIP/2.0 486 Busy Here\n\n");
        transactions.respond(transaction, 486, busy, busy.capacity(), nowMs);
        busy.setMemory(0, busy.capacity(), (byte) 'x');
        transactions.onRequest(transaction, TransactionEvent.REQUEST, nowMs);
        assertThat(sent).hasSize(3);
        assertThat(sent.getLast()).isEqualTo("SIP/2.0 486 Busy Here\n\n");
        assertThat(transactions.findServer(1, 2)).isSameAs(transaction);

        transactions.onRequest(transaction, TransactionEvent.ACK, nowMs);
        advance(6_000);
        assertThat(sent).hasSize(3);
        assertThat(transactions.findServer(1, 2)).isNull();
    }

    @Test
    void shouldFindEachOfManyTransactions() {
        Arrival arrival = new Arrival(UDP, TransportAddress.parse("192.0.2.1:5060"));
        for (int i = 0; i < 2_000; i++) {
            transactions.open(i % 3, i * 64L, arrival, SipMethod.INVITE, nowMs);
        }
        for (int i = 0; i < 2_000; i++) {
            ServerTransaction found = Objects.requireNonNull(transactions.findServer(i % 3, i * 64L));
            assertThat(found.isNamed(i % 3, i * 64L)).isTrue();
        }
        assertThat(transactions.findServer(3, 64)).isNull();
        assertThat(transactions.size()).isEqualTo(2_000);
    }
}
