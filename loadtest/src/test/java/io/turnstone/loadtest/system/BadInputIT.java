package io.turnstone.loadtest.system;

import static io.turnstone.loadtest.system.Steps.letFlow;
import static io.turnstone.loadtest.system.Steps.relayedAddress;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.client.PlainPeer;
import io.turnstone.loadtest.client.ProbeFlow;
import io.turnstone.loadtest.client.Stun;
import io.turnstone.loadtest.client.StunMessage;
import io.turnstone.loadtest.client.TurnClient;
import io.turnstone.loadtest.server.JvmHeap;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** 100,000 mutated packets of real clients at a live node, while real flows go through it. */
@Timeout(180)
class BadInputIT {
    private static final long SEED = 20_261_122;
    private static final int WARM_UP_PACKETS = 10_000;
    private static final int PACKETS = 90_000;
    private static final int PACKETS_PER_SECOND = 6_000;
    private static final int FLOWS = 4;
    private static final int CHANNEL = 0x4001;
    private static final long HEAP_GROWTH_BYTES_MAX = 16L << 20;
    /** A challenge is at most this many times its request: nobody gains by forging sources. */
    private static final int AMPLIFICATION_MAX = 5;

    private final PacketMutator mutator = new PacketMutator(SEED, CapturedPackets.all());
    /** Lengths of unanswered requests by transaction id: mutants of one packet share that, and an answer may come late. */
    private final Map<ByteBuffer, Deque<Integer>> requests = new HashMap<>();
    private final List<String> wrongAnswers = new ArrayList<>();

    @Test
    void shouldStayUnmovedByAHundredThousandMutatedPackets() throws IOException {
        try (TurnstoneNode node = TurnstoneNode.start(Tools.ARTEFACTS, 64);
            ClientLoop loop = ClientLoop.start();
            DatagramChannel attacker = DatagramChannel.open()) {
            attacker.configureBlocking(false);
            attacker.connect(node.address());
            List<ProbeFlow> flows = startFlows(node, loop);
            attack(attacker, WARM_UP_PACKETS);
            long heapBefore = JvmHeap.usedBytes(node);

            attack(attacker, PACKETS);

            long heapAfter = JvmHeap.usedBytes(node);
            flows.forEach(ProbeFlow::stop);
            letFlow(300);
            assertThat(wrongAnswers).isEmpty();
            assertThat(node.process().isAlive()).isTrue();
            assertThat(flows).allSatisfy(flow -> assertThat(flow.report().lost()).isZero());
            assertThat(flows).allSatisfy(flow -> assertThat(flow.report().sent()).isGreaterThan(500));
            assertThat(heapAfter - heapBefore).isLessThan(HEAP_GROWTH_BYTES_MAX);
            relayedAddress(loop.client(node.address(), node.credentials()).allocate().join());
        }
    }

    private static List<ProbeFlow> startFlows(TurnstoneNode node, ClientLoop loop) {
        List<ProbeFlow> flows = new ArrayList<>();
        for (int i = 0; i < FLOWS; i++) {
            PlainPeer peer = loop.peer(Loopback.ipv4(0)).echoing();
            TurnClient client = loop.client(node.address(), node.credentials());
            relayedAddress(client.allocate().join());
            assertThat(client.channelBind(CHANNEL, peer.address()).join().isSuccess()).isTrue();
            boolean byChannel = i % 2 == 0;
            ProbeFlow flow = new ProbeFlow(loop, i, 160, payload -> {
                if (byChannel) {
                    client.sendChannelData(CHANNEL, payload);
                } else {
                    client.sendIndication(peer.address(), payload);
                }
            });
            client.onData((from, channel, payload) -> flow.onPayload(payload));
            flows.add(flow.start(50));
        }
        return flows;
    }

    private void attack(DatagramChannel attacker, int packets) throws IOException {
        long startNs = System.nanoTime();
        for (int i = 0; i < packets; i++) {
            long dueNs = startNs + TimeUnit.SECONDS.toNanos(i) / PACKETS_PER_SECOND;
            while (System.nanoTime() - dueNs < 0) {
                LockSupport.parkNanos(dueNs - System.nanoTime());
            }
            byte[] packet = mutator.next();
            if (isRequest(packet)) {
                transaction(packet)
                    .ifPresent(id -> requests.computeIfAbsent(id, first -> new ArrayDeque<>()).add(packet.length));
            }
            attacker.write(ByteBuffer.wrap(packet));
            judgeAnswers(attacker);
        }
        letFlow(200);
        judgeAnswers(attacker);
    }

    private void judgeAnswers(DatagramChannel attacker) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(2_048);
        while (attacker.read(buffer.clear()) > 0) {
            byte[] answer = Arrays.copyOf(buffer.array(), buffer.position());
            Deque<Integer> lengths = transaction(answer).map(requests::get).orElseGet(ArrayDeque::new);
            boolean answers = isAnswer(answer)
                && lengths.removeFirstOccurrence(
                    lengths.stream()
                        .filter(length -> answer.length <= AMPLIFICATION_MAX * length)
                        .findFirst()
                        .orElse(0));
            if (!answers) {
                wrongAnswers.add(Arrays.toString(answer) + " answers none of the requests of " + lengths + " bytes");
            }
        }
    }

    private static boolean isAnswer(byte[] datagram) {
        return StunMessage.parse(datagram).filter(message -> (message.messageClass() & Stun.SUCCESS) != 0).isPresent();
    }

    private static boolean isRequest(byte[] datagram) {
        return StunMessage.parse(datagram).filter(message -> message.messageClass() == Stun.REQUEST).isPresent();
    }

    private static Optional<ByteBuffer> transaction(byte[] datagram) {
        return datagram.length < Stun.HEADER_BYTES
            ? Optional.empty()
            : Optional
                .of(ByteBuffer.wrap(Arrays.copyOfRange(datagram, Stun.TRANSACTION_ID_OFFSET, Stun.HEADER_BYTES)));
    }
}
