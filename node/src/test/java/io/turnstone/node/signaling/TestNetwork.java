package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.node.auth.CredentialStore;
import io.turnstone.node.auth.Nonces;
import io.turnstone.node.auth.RestSecrets;
import io.turnstone.node.auth.SipAuthenticator;
import io.turnstone.node.replication.ReplicationSettings;
import io.turnstone.node.session.CallCommand;
import io.turnstone.node.session.SessionCommand;
import io.turnstone.node.session.SessionName;
import io.turnstone.node.session.SessionNotice;
import io.turnstone.node.session.Sessions;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.sip.SipLimits;
import io.turnstone.protocol.sip.SipTransport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Three engines, their flows and their location service in one thread and in virtual time. Whatever is sent arrives a
 * millisecond later, in order; the location service answers at once or after that time, as a test wants it.
 */
final class TestNetwork implements PhoneNetwork {
    static final String DOMAIN = "example.com";
    static final long ABSENT_MS = 60_000;
    static final long START_MS = 1_795_000_000_000L;

    private static final int NODES = 3;

    final TestLocations locations;
    private final Map<Long, SipEngine> engines = new HashMap<>();
    private final Map<FlowName, TestPhone> phones = new HashMap<>();
    private final Map<FlowName, Arrival> arrivals = new HashMap<>();
    private final Map<Hop, TestPhone> servers = new HashMap<>();
    private final Map<Hop, FlowName> hopFlows = new HashMap<>();
    private final SipEngine.Beyond beyond;
    /** What the sessions of calls have been told, and under which names. */
    final List<CallCommand> told = new ArrayList<>();
    final List<SessionName> names = new ArrayList<>();
    private final Map<Long, Calls> callsByNode = new HashMap<>();
    private int callsPerUserMax;
    private final Deque<Runnable> queue = new ArrayDeque<>();
    private long nowMs = START_MS;
    private long flowIds;

    /** @param answersLater whether the location service takes its time */
    TestNetwork(boolean answersLater) {
        this(answersLater, SipEngine.Beyond.NOTHING);
    }

    TestNetwork(boolean answersLater, SipEngine.Beyond beyond) {
        this.beyond = beyond;
        locations = new TestLocations(this, answersLater);
        for (long node = 1; node <= NODES; node++) {
            engines.put(node, newEngine(node));
        }
    }

    private SipEngine newEngine(long node) {
        CredentialStore users = new CredentialStore(DOMAIN,
            Map.of("alice", "wonder", "bob", "builder", "carol", "king", "dave", "cave"),
            new RestSecrets(List.of(), RestSecrets.DEFAULT_SEPARATOR));
        ClusterKeys keys = ClusterKeys.ofSecrets(List.of("cluster"));
        SignalingSettings settings = new SignalingSettings(node, List.of(DOMAIN),
            Map.of(SipTransport.WS, "ws.example.com", SipTransport.UDP, "192.0.2.100:5060", SipTransport.TCP,
                "192.0.2.100:5060"),
            SipTimers.DEFAULT, RegistrationLimits.DEFAULT, SipLimits.DEFAULT, 200, 120);
        SipAuthenticator authenticator = new SipAuthenticator(users, new Nonces(keys, 600_000, new Random(node)), 100);
        Calls calls = new Calls(node, new Calls.Telling(new TestSessions(), callsPerUserMax, ABSENT_MS));
        callsByNode.put(node, calls);
        return new SipEngine(settings, beyond, new SipEngine.Access(keys, users, authenticator), new TestFlows(node),
            locations,
            new ReplicatedPresence(node, ReplicationSettings.DEFAULT, (_, _) -> true, () -> nowMs), calls, nowMs);
    }

    /** Begins anew with engines that let a user make so many calls at a time. */
    void callsPerUserMax(int max) {
        callsPerUserMax = max;
        engines.replaceAll((node, _) -> newEngine(node));
    }

    Calls calls(long node) {
        return Objects.requireNonNull(callsByNode.get(node));
    }

    /** Writes down what it is told. */
    private final class TestSessions implements Sessions {
        @Override
        public void tell(SessionName name, SessionCommand.Telling command) {
            names.add(name);
            told.add((CallCommand) command);
        }

        @Override
        public void handOn(SessionName name, SessionCommand.Telling state) {
            throw new AssertionError("engines hand nothing on");
        }

        @Override
        public void tellNode(long incarnation, SessionNotice notice) {
            throw new AssertionError("engines tell no nodes");
        }

        @Override
        public void tellAllNodes(SessionNotice notice) {
            throw new AssertionError("engines tell no nodes");
        }
    }

    private final class TestFlows implements Flows {
        private final long node;

        TestFlows(long node) {
            this.node = node;
        }

        @Override
        public @Nullable FlowName open(Hop hop) {
            TestPhone server = servers.get(hop);
            return server == null ? null : hopFlows.computeIfAbsent(hop, _ -> openTo(server, node, hop));
        }

        @Override
        public boolean send(FlowName flow, DirectBuffer buffer, int offset, int length) {
            TestPhone phone = phones.get(flow);
            if (phone == null) {
                return false;
            }
            String text = Sip.text(buffer, offset, length);
            queue.add(() -> {
                if (phones.get(flow) == phone) {
                    phone.receive(new TestMessage(text));
                }
            });
            return true;
        }

        @Override
        public boolean isHeard(long other) {
            return engines.containsKey(other);
        }

        @Override
        public void handOver(long node, Arrival from, DirectBuffer buffer, int offset, int length) {
            byte[] octets = new byte[length];
            buffer.getBytes(offset, octets);
            SipEngine engine = engines.get(node);
            if (engine != null) {
                queue.add(() -> engine.onMessage(from, new UnsafeBuffer(octets), 0, length, nowMs));
            }
        }
    }

    @Override
    public long nowMs() {
        return nowMs;
    }

    SipEngine engine(long node) {
        SipEngine engine = engines.get(node);
        if (engine == null) {
            throw new AssertionError("no node " + node);
        }
        return engine;
    }

    void later(Runnable event) {
        queue.add(event);
    }

    @Override
    public FlowName open(TestPhone phone, long node, SipTransport transport) {
        FlowName flow = new FlowName(node, ++flowIds, transport);
        phones.put(flow, phone);
        arrivals.put(flow, new Arrival(flow, TransportAddress.parse("203.0.113." + flowIds + ":40000")));
        return flow;
    }

    /** Somebody outside whom the nodes send to at that address, and who sends from there to the first one. */
    void serve(TestPhone server, Hop hop) {
        servers.put(hop, server);
        hopFlows.put(hop, openTo(server, 1, hop));
    }

    private FlowName openTo(TestPhone server, long node, Hop hop) {
        FlowName flow = open(server, node, hop.transport());
        arrivals.put(flow, new Arrival(flow, hop.address()));
        server.flow(flow);
        return flow;
    }

    /** The connection to an address outside breaks, or cannot be made. */
    void unreachable(Hop hop) {
        servers.remove(hop);
        FlowName flow = Objects.requireNonNull(hopFlows.remove(hop));
        phones.remove(flow);
        queue.add(() -> engine(flow.node()).onUnreachable(flow, nowMs));
    }

    @Override
    public void close(FlowName flow) {
        phones.remove(flow);
        engine(flow.node()).onFlowClosed(flow);
    }

    /** Nobody tells the location service. */
    @Override
    public void kill(long node) {
        phones.keySet().removeIf(flow -> flow.node() == node);
        engines.put(node, newEngine(node));
    }

    @Override
    public void send(FlowName flow, String text) {
        UnsafeBuffer buffer = Sip.buffer(text);
        Arrival arrival = Objects.requireNonNull(arrivals.get(flow));
        queue.add(() -> engine(flow.node()).onMessage(arrival, buffer, 0, buffer.capacity(), nowMs));
    }

    @Override
    public void settle() {
        for (int rounds = 0; !queue.isEmpty(); rounds++) {
            if (rounds > 1_000) {
                throw new AssertionError("messages go on for ever");
            }
            nowMs++;
            int now = queue.size();
            for (int i = 0; i < now; i++) {
                queue.remove().run();
            }
            engines.values().forEach(engine -> engine.turn(nowMs));
        }
    }

    @Override
    public void advance(long ms) {
        for (long end = nowMs + ms; nowMs < end;) {
            nowMs += 5;
            engines.values().forEach(engine -> engine.turn(nowMs));
            settle();
        }
    }

    @Override
    public boolean isAt(FlowName flow, long node) {
        return flow.node() == node;
    }

    @Override
    public void assertNothingLeft() {
        assertThat(transactions()).isZero();
        assertThat(ringing()).isZero();
    }

    /** Every node hears of a registration. */
    void registered(Binding binding) {
        engines.keySet().forEach(node -> queue.add(() -> engine(node).onRegistered(binding, nowMs)));
    }

    /** Every node hears that bindings may have changed. */
    void changed(String addressOfRecord) {
        engines.keySet().forEach(node -> queue.add(() -> engine(node).presence().onBindings(addressOfRecord)));
    }

    /** How many bindings all engines ring. */
    int ringing() {
        return engines.values().stream().mapToInt(SipEngine::ringingCount).sum();
    }

    /** How many requests all engines hold. */
    int held() {
        return engines.values().stream().mapToInt(SipEngine::heldCount).sum();
    }

    /** How many transactions all engines have. */
    int transactions() {
        return engines.values().stream().mapToInt(SipEngine::transactionCount).sum();
    }

    @Override
    public long count(SipCounter counter) {
        return engines.values().stream().mapToLong(engine -> engine.counters().get(counter)).sum();
    }
}
