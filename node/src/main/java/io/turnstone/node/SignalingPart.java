package io.turnstone.node;

import io.turnstone.config.IpPort;
import io.turnstone.config.Settings;
import io.turnstone.config.WebOrigin;
import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.node.auth.CredentialStore;
import io.turnstone.node.auth.Nonces;
import io.turnstone.node.auth.SipAuthenticator;
import io.turnstone.node.fabric.WakeablePause;
import io.turnstone.node.operations.MetricSink;
import io.turnstone.node.signaling.SignalingAgent;
import io.turnstone.node.signaling.SignalingCounter;
import io.turnstone.node.signaling.SipCounter;
import io.turnstone.node.signaling.SipEngine;
import io.turnstone.node.transport.stream.StreamCounter;
import io.turnstone.node.transport.stream.StreamListener;
import io.turnstone.node.transport.stream.Streams;
import io.turnstone.node.transport.stream.TlsFiles;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.IpPrefix;
import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentRunner;

/** What serves SIP in a node: its connections, and the thread that has the engine. Closed by one thread. */
final class SignalingPart implements AutoCloseable {
    /** What the engine's timers bear; messages end a pause. */
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(10);
    private static final String SUBPROTOCOL = "sip";

    private final Settings settings;
    private final WakeablePause pause = new WakeablePause(LONGEST_PAUSE, Duration.ZERO);
    private final SignalingAgent agent;
    private final AgentRunner runner;
    private final Streams streams;

    /**
     * What other parts of the node have too.
     *
     * @param clockMs epoch milliseconds that never go back
     */
    record Shared(long incarnation, ClusterKeys keys, LongSupplier clockMs, RandomGenerator random,
        ErrorHandler failures) {}

    private SignalingPart(Settings settings, Shared shared) throws IOException {
        this.settings = settings;
        CredentialStore users = NodeParts.credentials(settings);
        Nonces nonces = new Nonces(shared.keys(), settings.auth().nonceLifetime().toMillis(), shared.random());
        SipAuthenticator authenticator = new SipAuthenticator(users, nonces, NodeParts.PROVEN_KEYS_MAX);
        agent = new SignalingAgent(
            SignalingParts.engine(settings, shared.incarnation()),
            new SipEngine.Access(shared.keys(), users, authenticator),
            shared.clockMs(),
            pause::wakeUp);
        runner = new AgentRunner(pause, shared.failures(), null, agent);
        streams = Streams.start(SignalingParts.streams(settings), threads(), System::nanoTime);
    }

    /**
     * Begins to listen; {@link #start} begins to answer.
     *
     * @throws IllegalStateException in one line, when an address or a file cannot be used
     */
    static SignalingPart open(Settings settings, Shared shared) {
        try {
            SignalingPart part = new SignalingPart(settings, shared);
            try {
                part.listen();
                return part;
            } catch (IOException | RuntimeException failed) {
                part.close();
                throw failed;
            }
        } catch (IOException failed) {
            throw new IllegalStateException("turnstone.signaling: " + failed.getMessage(), failed);
        }
    }

    private static ThreadFactory threads() {
        return Thread.ofPlatform().name("stream-", 0).factory();
    }

    private void listen() throws IOException {
        Settings.Signaling signaling = settings.signaling();
        listen(signaling.listenWs(), address -> StreamListener.webSocket(address, SUBPROTOCOL).withOrigins(origins()));
        listen(signaling.listenSip(), StreamListener::tcp);
        if (signaling.certificate().isPresent() && signaling.privateKey().isPresent()) {
            TlsFiles identity = new TlsFiles(Path.of(signaling.certificate().get()),
                Path.of(signaling.privateKey().get()));
            listen(
                signaling.listenWss(),
                address -> StreamListener.secureWebSocket(address, identity, SUBPROTOCOL).withOrigins(origins()));
            listen(signaling.listenSips(), address -> StreamListener.tls(address, identity));
        }
    }

    private List<String> origins() {
        return settings.signaling().origins().stream().map(WebOrigin::text).toList();
    }

    private void listen(List<IpPort> addresses, Function<TransportAddress, StreamListener> listener)
        throws IOException {
        List<IpPrefix> proxies = settings.balancer()
            .trustedProxies()
            .stream()
            .map(block -> IpPrefix.parse(block.toString()))
            .toList();
        for (IpPort address : addresses) {
            TransportAddress local = TransportAddress.of(IpAddress.parse(address.ip()), address.port());
            streams.listen(listener.apply(local).withTrustedProxies(proxies), agent.streams());
        }
    }

    void start() {
        AgentRunner.startOnThread(runner);
    }

    /** Any thread. */
    void collect(MetricSink sink) {
        SignalingAgent.Sizes sizes = agent.sizes();
        sink.gauge("sip_connections", "Connections of SIP clients.", sizes.connections());
        sink.gauge("sip_bindings", "Contacts that are registered.", sizes.bindings());
        sink.gauge("sip_transactions", "SIP transactions in memory.", sizes.transactions());
        sink.counters("sip", SipCounter.values(), SipCounter::meaning, agent.engineCounters()::get);
        sink.counters("signaling", SignalingCounter.values(), SignalingCounter::meaning, agent.counters()::get);
        sink.counters("stream", StreamCounter.values(), StreamCounter::meaning, streams::count);
    }

    /** Closes the connections, each as its protocol has it, then ends the thread. */
    @Override
    public void close() {
        streams.close();
        runner.close();
        pause.close();
    }
}
