package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.node.auth.CredentialStore;
import io.turnstone.node.auth.Nonces;
import io.turnstone.node.auth.RestSecrets;
import io.turnstone.node.auth.SipAuthenticator;
import io.turnstone.node.replication.ReplicationSettings;
import io.turnstone.node.transport.stream.StreamClosure;
import io.turnstone.node.transport.stream.StreamTransport;
import io.turnstone.protocol.sip.SipLimits;
import io.turnstone.protocol.sip.SipTransport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Three nodes' signaling threads, the connections of phones to them, and the streams between them, in one thread and in
 * virtual time. What is sent arrives a millisecond later, in order.
 */
final class AgentNetwork implements PhoneNetwork {
    private static final int NODES = 3;
    private static final long GENERATION = 1_000;

    final List<PushNotification> pushes = new ArrayList<>();
    private final Map<Long, SignalingAgent> agents = new TreeMap<>();
    private final Map<FlowName, Connection> connections = new HashMap<>();
    private final Deque<Runnable> wire = new ArrayDeque<>();
    private final Set<Long> cut = new HashSet<>();
    private final Set<Long> refusing = new HashSet<>();
    private long nowMs = TestNetwork.START_MS;
    private long flowIds;

    private record Connection(TestPhone phone, TestFlow flow) {}

    AgentNetwork() {
        for (long node = 1; node <= NODES; node++) {
            begin(node);
        }
        advance(100);
    }

    /** A process starts and meets the others; its incarnation ends with the number of its node. */
    private void begin(long incarnation) {
        CredentialStore users = new CredentialStore(TestNetwork.DOMAIN,
            Map.of("alice", "wonder", "bob", "builder", "carol", "king", "dave", "cave"),
            new RestSecrets(List.of(), RestSecrets.DEFAULT_SEPARATOR));
        ClusterKeys keys = ClusterKeys.ofSecrets(List.of("cluster"));
        SignalingSettings settings = new SignalingSettings(incarnation, List.of(TestNetwork.DOMAIN),
            Map.of(SipTransport.WS, "ws.example.com"), SipTimers.DEFAULT, RegistrationLimits.DEFAULT,
            SipLimits.DEFAULT, 200, 120);
        SipAuthenticator authenticator = new SipAuthenticator(
            users, new Nonces(keys, 600_000, new Random(incarnation)), 100);
        SignalingAgent agent = new SignalingAgent(
            settings,
            new SipEngine.Access(keys, users, authenticator),
            TestOutside.with(PushSettings.of(List.of("fcm"), 20_000, pushes::add)),
            new SignalingAgent.Cluster((to, message) -> send(incarnation, to, message), ReplicationSettings.DEFAULT,
                Calls.Telling.NOBODY),
            () -> nowMs,
            () -> {});
        agents.forEach((other, known) -> {
            known.peers().joined(incarnation, true);
            agent.peers().joined(other, true);
        });
        agents.put(incarnation, agent);
        judge();
    }

    private boolean send(long from, long to, byte[] message) {
        if (refusing.contains(to)) {
            return false;
        }
        wire.add(() -> {
            SignalingAgent receiver = agents.get(to);
            if (receiver != null && cut.contains(from) == cut.contains(to)) {
                receiver.peers().received(from, new UnsafeBuffer(message), 0, message.length);
            }
        });
        return true;
    }

    /** Everybody hears whom the network lets through. */
    private void judge() {
        agents.forEach((node, agent) -> {
            Set<Long> heard = new HashSet<>(agents.keySet());
            heard.removeIf(other -> cut.contains(other) != cut.contains(node));
            agent.peers().judged(heard, heard);
        });
    }

    private long incarnation(long node) {
        return agents.keySet().stream().filter(each -> each % GENERATION == node).findFirst().orElseThrow();
    }

    SignalingAgent agent(long node) {
        return Objects.requireNonNull(agents.get(incarnation(node)));
    }

    /** What is between these nodes and the others is lost from now on; nobody knows yet. */
    void cut(Long... nodes) {
        cut.clear();
        nodesOf(nodes).forEach(cut::add);
    }

    /** Everybody has found out who is cut off. */
    void judgeCut() {
        judge();
    }

    /** No more messages for these nodes are taken. */
    void refuse(Long... nodes) {
        refusing.clear();
        refusing.addAll(nodesOf(nodes));
    }

    private List<Long> nodesOf(Long... nodes) {
        return List.of(nodes).stream().map(this::incarnation).toList();
    }

    @Override
    public long nowMs() {
        return nowMs;
    }

    @Override
    public FlowName open(TestPhone phone, long node, SipTransport transport) {
        TestFlow flow = new TestFlow(
            ++flowIds, transport == SipTransport.TCP ? StreamTransport.TCP : StreamTransport.WS);
        FlowName name = new FlowName(incarnation(node), flow.id(), transport);
        connections.put(name, new Connection(phone, flow));
        agent(node).streams().onOpened(flow);
        return name;
    }

    @Override
    public void close(FlowName flow) {
        TestFlow closed = Objects.requireNonNull(connections.remove(flow)).flow();
        closed.close(StreamClosure.NORMAL);
        Objects.requireNonNull(agents.get(flow.node()))
            .streams()
            .onClosed(closed, new StreamClosure(StreamClosure.Cause.PEER, StreamClosure.NORMAL, ""));
    }

    /** The connection is gone, and its node is the only one that does not know it yet. */
    void breakOff(FlowName flow) {
        Objects.requireNonNull(connections.get(flow)).flow().close(StreamClosure.NORMAL);
    }

    @Override
    public boolean isAt(FlowName flow, long node) {
        return flow.node() == incarnation(node);
    }

    @Override
    public void kill(long node) {
        long dead = incarnation(node);
        connections.keySet().removeIf(flow -> flow.node() == dead);
        agents.remove(dead);
        agents.values().forEach(agent -> agent.peers().left(dead));
        begin(dead + GENERATION);
        settle();
    }

    /** A node is gone, and nobody has noticed. */
    void freeze(long node) {
        long dead = incarnation(node);
        connections.keySet().removeIf(flow -> flow.node() == dead);
        agents.remove(dead);
    }

    @Override
    public void send(FlowName flow, String text) {
        UnsafeBuffer buffer = Sip.buffer(text);
        TestFlow connection = Objects.requireNonNull(connections.get(flow)).flow();
        Objects.requireNonNull(agents.get(flow.node())).streams().onReceived(connection, buffer, 0, buffer.capacity());
    }

    @Override
    public void settle() {
        for (int rounds = 0; turn() > 0; rounds++) {
            if (rounds > 1_000) {
                throw new AssertionError("messages go on for ever");
            }
        }
    }

    private int turn() {
        nowMs++;
        int work = 0;
        for (SignalingAgent agent : List.copyOf(agents.values())) {
            work += agent.doWork();
        }
        for (Connection connection : List.copyOf(connections.values())) {
            for (String sent = connection.flow().sent.poll(); sent != null; sent = connection.flow().sent.poll()) {
                connection.phone().receive(new TestMessage(sent));
                work++;
            }
        }
        for (int left = wire.size(); left > 0; left--) {
            wire.remove().run();
            work++;
        }
        return work;
    }

    @Override
    public void advance(long ms) {
        for (long end = nowMs + ms; nowMs < end;) {
            nowMs += 5;
            settle();
        }
    }

    @Override
    public long count(SipCounter counter) {
        return agents.values().stream().mapToLong(agent -> agent.engineCounters().get(counter)).sum();
    }

    @Override
    public void assertNothingLeft() {
        for (SignalingAgent agent : agents.values()) {
            assertThat(agent.sizes().transactions()).isZero();
            assertThat(agent.isInSync()).isTrue();
        }
    }
}
