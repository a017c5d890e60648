package io.turnstone.node.signaling;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.node.auth.CredentialStore;
import io.turnstone.node.auth.Nonces;
import io.turnstone.node.auth.RestSecrets;
import io.turnstone.node.auth.SipAuthenticator;
import io.turnstone.node.replication.ReplicationSettings;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.sip.SipLimits;
import io.turnstone.protocol.sip.SipTransport;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * An engine alone, with its location service and its flows, in virtual time. Whatever it sends is judged at once. One
 * thread; each char of a message is one octet.
 */
final class EngineRig implements Flows {
    static final String DOMAIN = "example.com";
    private static final long NODE = 1;
    private static final long NONCE_MS = 600_000;
    /** Longer than any transaction lives, and by more than a step. */
    private static final long TRANSACTIONS_MS = 260_000;
    private static final long STEP_MS = 250;
    /** Longer than any registration, subscription or publication lasts. */
    private static final long REGISTRATIONS_MS = 8_000_000;
    private static final long LONG_STEP_MS = 60_000;

    private final ReplicatedLocations locations;
    private final SipEngine engine;
    private final EngineOutputs outputs = new EngineOutputs();
    private final BiConsumer<FlowName, RawSip> receiver;
    private final ReplicatedPresence presence;
    private final Map<FlowName, Arrival> arrivals = new HashMap<>();
    private final Set<FlowName> open = new HashSet<>();
    private final ArrayDeque<Sent> sent = new ArrayDeque<>();
    private long nowMs = TestNetwork.START_MS;
    private long flowIds;

    private record Sent(FlowName flow, RawSip message) {}

    /** @param receiver gets what the engine sends, after the engine has returned */
    EngineRig(BiConsumer<FlowName, RawSip> receiver) {
        this.receiver = receiver;
        CredentialStore users = new CredentialStore(DOMAIN,
            Map.of("alice", "wonder", "bob", "builder", "carol", "king", "dave", "cave"),
            new RestSecrets(List.of(), RestSecrets.DEFAULT_SEPARATOR));
        ClusterKeys keys = ClusterKeys.ofSecrets(List.of("cluster"));
        SignalingSettings settings = new SignalingSettings(NODE, List.of(DOMAIN),
            Map.of(SipTransport.WS, "ws.example.com", SipTransport.UDP, "192.0.2.100:5060", SipTransport.TCP,
                "192.0.2.100:5060"),
            SipTimers.DEFAULT, RegistrationLimits.DEFAULT, SipLimits.DEFAULT, 50_000, 120);
        SipAuthenticator authenticator = new SipAuthenticator(users, new Nonces(keys, NONCE_MS, new Random(1)), 100);
        this.locations = new ReplicatedLocations(NODE, RegistrationLimits.DEFAULT, ReplicationSettings.DEFAULT,
            (_, _) -> true, _ -> ClusterFlows.NOW, () -> nowMs);
        this.presence = new ReplicatedPresence(NODE, ReplicationSettings.DEFAULT, (_, _) -> true, () -> nowMs);
        this.engine = new SipEngine(settings, SipEngine.Beyond.NOTHING,
            new SipEngine.Access(keys, users, authenticator), this, locations, presence,
            new Calls(NODE, Calls.Telling.NOBODY), nowMs);
    }

    FlowName connect(SipTransport transport) {
        FlowName flow = new FlowName(NODE, ++flowIds, transport);
        arrivals.put(flow, new Arrival(flow, TransportAddress.parse("203.0.113.7:" + (1_024 + flowIds % 60_000))));
        open.add(flow);
        return flow;
    }

    void close(FlowName flow) {
        open.remove(flow);
        arrivals.remove(flow);
        outputs.passing();
        engine.onFlowClosed(flow);
        deliver();
    }

    /** Gives the engine a message, and the phones all that it sends because of it. */
    void receive(FlowName flow, String octets) {
        outputs.received(octets);
        byte[] message = octets.getBytes(ISO_8859_1);
        engine.onMessage(Objects.requireNonNull(arrivals.get(flow)), new UnsafeBuffer(message), 0, message.length,
            nowMs);
        deliver();
    }

    void advance(long ms) {
        nowMs += ms;
        outputs.passing();
        locations.doWork(engine, nowMs);
        presence.doWork(engine.presence(), nowMs);
        engine.turn(nowMs);
        deliver();
    }

    private void deliver() {
        for (Sent next = sent.poll(); next != null; next = sent.poll()) {
            receiver.accept(next.flow(), next.message());
        }
    }

    /** Closes all flows, lets the time pass after which nothing may be remembered, and looks. */
    void shouldForgetAll() {
        List.copyOf(open).forEach(this::close);
        for (long ms = 0; ms < TRANSACTIONS_MS; ms += STEP_MS) {
            advance(STEP_MS);
        }
        for (long ms = 0; ms < REGISTRATIONS_MS; ms += LONG_STEP_MS) {
            advance(LONG_STEP_MS);
        }
        assertThat(engine.transactionCount()).as("transactions").isZero();
        assertThat(engine.ringingCount()).as("branches that ring").isZero();
        assertThat(engine.heldCount()).as("requests that are held").isZero();
        assertThat(engine.presence().size()).as("watched and published").isZero();
        assertThat(locations.size()).as("bindings").isZero();
        outputs.forget();
    }

    EngineOutputs outputs() {
        return outputs;
    }

    long count(SipCounter counter) {
        return engine.counters().get(counter);
    }

    @Override
    public boolean send(FlowName flow, DirectBuffer buffer, int offset, int length) {
        byte[] octets = new byte[length];
        buffer.getBytes(offset, octets);
        RawSip message = outputs.sent(new String(octets, ISO_8859_1));
        if (!open.contains(flow)) {
            return false;
        }
        sent.add(new Sent(flow, message));
        return true;
    }

    @Override
    public boolean isHeard(long node) {
        return node == NODE;
    }

    @Override
    public void handOver(long node, Arrival from, DirectBuffer buffer, int offset, int length) {
        assertThat(node).isNotEqualTo(NODE);
    }
}
