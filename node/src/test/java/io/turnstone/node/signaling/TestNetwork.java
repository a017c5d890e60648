package io.turnstone.node.signaling;

import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.node.auth.CredentialStore;
import io.turnstone.node.auth.Nonces;
import io.turnstone.node.auth.RestSecrets;
import io.turnstone.node.auth.SipAuthenticator;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.sip.SipLimits;
import io.turnstone.protocol.sip.SipTransport;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Three engines, their flows and their location service in one thread and in virtual time. Whatever is sent arrives a
 * millisecond later, in order; the location service answers at once or after that time, as a test wants it.
 */
final class TestNetwork {
    static final String DOMAIN = "example.com";
    static final long START_MS = 1_795_000_000_000L;

    private static final int NODES = 3;

    final TestLocations locations;
    private final Map<Integer, SipEngine> engines = new HashMap<>();
    private final Map<FlowName, TestPhone> phones = new HashMap<>();
    private final Map<FlowName, Arrival> arrivals = new HashMap<>();
    private final Deque<Runnable> queue = new ArrayDeque<>();
    private long nowMs = START_MS;
    private long flowIds;

    /** @param answersLater whether the location service takes its time */
    TestNetwork(boolean answersLater) {
        locations = new TestLocations(this, answersLater);
        for (int node = 1; node <= NODES; node++) {
            engines.put(node, newEngine(node));
        }
    }

    private SipEngine newEngine(int node) {
        CredentialStore users = new CredentialStore(DOMAIN,
            Map.of("alice", "wonder", "bob", "builder", "carol", "king", "dave", "cave"),
            new RestSecrets(List.of(), RestSecrets.DEFAULT_SEPARATOR));
        ClusterKeys keys = ClusterKeys.ofSecrets(List.of("cluster"));
        SignalingSettings settings = new SignalingSettings(node, List.of(DOMAIN),
            Map.of(SipTransport.WS, "ws.example.com", SipTransport.UDP, "192.0.2.100:5060", SipTransport.TCP,
                "192.0.2.100:5060"),
            SipTimers.DEFAULT, RegistrationLimits.DEFAULT, SipLimits.DEFAULT, 200, 120);
        SipAuthenticator authenticator = new SipAuthenticator(users, new Nonces(keys, 600_000, new Random(node)), 100);
        return new SipEngine(settings, new SipEngine.Access(keys, users, authenticator), new TestFlows(), locations,
            nowMs);
    }

    private final class TestFlows implements Flows {
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
        public void handOver(int node, FlowName from, DirectBuffer buffer, int offset, int length) {
            byte[] octets = new byte[length];
            buffer.getBytes(offset, octets);
            SipEngine engine = engines.get(node);
            if (engine != null) {
                Arrival arrival = Objects.requireNonNull(arrivals.get(from));
                queue.add(() -> engine.onMessage(arrival, new UnsafeBuffer(octets), 0, length, nowMs));
            }
        }
    }

    long nowMs() {
        return nowMs;
    }

    SipEngine engine(int node) {
        SipEngine engine = engines.get(node);
        if (engine == null) {
            throw new AssertionError("no node " + node);
        }
        return engine;
    }

    void later(Runnable event) {
        queue.add(event);
    }

    FlowName open(TestPhone phone, int node, SipTransport transport) {
        FlowName flow = new FlowName(node, ++flowIds, transport);
        phones.put(flow, phone);
        arrivals.put(flow, new Arrival(flow, TransportAddress.parse("203.0.113." + flowIds + ":40000")));
        return flow;
    }

    void close(FlowName flow) {
        phones.remove(flow);
        engine(flow.node()).onFlowClosed(flow);
    }

    /** A node is gone with all that it knew, and another process takes its place; nobody tells the location service. */
    void kill(int node) {
        phones.keySet().removeIf(flow -> flow.node() == node);
        engines.put(node, newEngine(node));
    }

    /** A phone sends a message over its flow. */
    void send(FlowName flow, String text) {
        UnsafeBuffer buffer = Sip.buffer(text);
        Arrival arrival = Objects.requireNonNull(arrivals.get(flow));
        queue.add(() -> engine(flow.node()).onMessage(arrival, buffer, 0, buffer.capacity(), nowMs));
    }

    /** Delivers what is on its way, and what comes of it. */
    void settle() {
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

    /** Lets time pass. */
    void advance(long ms) {
        for (long end = nowMs + ms; nowMs < end;) {
            nowMs += 5;
            engines.values().forEach(engine -> engine.turn(nowMs));
            settle();
        }
    }

    /** Every node hears of a registration. */
    void registered(Binding binding) {
        engines.keySet().forEach(node -> queue.add(() -> engine(node).onRegistered(binding, nowMs)));
    }

    /** How many bindings all engines ring. */
    int ringing() {
        return engines.values().stream().mapToInt(SipEngine::ringingCount).sum();
    }

    /** How many transactions all engines have. */
    int transactions() {
        return engines.values().stream().mapToInt(SipEngine::transactionCount).sum();
    }

    long count(SipCounter counter) {
        return engines.values().stream().mapToLong(engine -> engine.counters().get(counter)).sum();
    }
}
