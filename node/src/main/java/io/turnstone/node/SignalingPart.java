package io.turnstone.node;

import io.turnstone.config.IpPort;
import io.turnstone.config.Settings;
import io.turnstone.config.WebOrigin;
import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.node.auth.CredentialStore;
import io.turnstone.node.auth.Nonces;
import io.turnstone.node.auth.SipAuthenticator;
import io.turnstone.node.operations.MetricSink;
import io.turnstone.node.replication.ReplicationCounter;
import io.turnstone.node.replication.ReplicationCounters;
import io.turnstone.node.rooms.RoomNews;
import io.turnstone.node.session.Sessions;
import io.turnstone.node.signaling.Calls;
import io.turnstone.node.signaling.PushSettings;
import io.turnstone.node.signaling.ServerLocator;
import io.turnstone.node.signaling.SignalingAgent;
import io.turnstone.node.signaling.SignalingCounter;
import io.turnstone.node.signaling.SipCounter;
import io.turnstone.node.signaling.SipEngine;
import io.turnstone.node.transport.Sockets;
import io.turnstone.node.transport.TransportCounter;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.CompositeAgent;
import org.jspecify.annotations.Nullable;

/** What serves SIP in a node: its connections, and the thread that has the engine. Closed by one thread. */
final class SignalingPart implements AutoCloseable {
    /** What the engine's timers bear; messages end a pause. */
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(10);
    private static final String SUBPROTOCOL = "sip";

    private final Settings settings;
    private final Sockets sockets;
    private final TrunkAddresses trunk;
    private final SignalingPause pause;
    private final @Nullable TokenKeys tokenKeys;
    private final @Nullable PushGateways pushes;
    private final SignalingAgent agent;
    private final @Nullable RoomsPart rooms;
    private final AgentRunner runner;
    private final Streams streams;

    /**
     * What other parts of the node have too.
     *
     * @param peers the way to and from the other nodes
     * @param sessions are told of calls; rooms are among them
     * @param clockMs epoch milliseconds that never go back
     */
    record Shared(long incarnation, ClusterKeys keys, SignalingPeers peers, Sessions sessions, LongSupplier clockMs,
        RandomGenerator random, ErrorHandler failures) {}

    private SignalingPart(Settings settings, Shared shared, Sockets sockets) throws IOException {
        this.settings = settings;
        this.sockets = sockets;
        CredentialStore users = NodeParts.credentials(settings);
        Nonces nonces = new Nonces(shared.keys(), settings.auth().nonceLifetime().toMillis(), shared.random());
        tokenKeys = TokenKeys.open(settings);
        SipAuthenticator authenticator = new SipAuthenticator(users, nonces, NodeParts.PROVEN_KEYS_MAX,
            SignalingParts.digests(settings.signaling().digest()), tokenKeys == null ? null : tokenKeys.tokens());
        pushes = PushGateways.open(settings.signaling().push().gateways());
        streams = Streams.start(SignalingParts.streams(settings), threads(), System::nanoTime);
        ServerLocator locator = new ServerLocator(new JndiRecords(JndiRecords.SYSTEM), shared.random());
        trunk = new TrunkAddresses(settings.signaling().trunk().addresses(), locator);
        pause = new SignalingPause(sockets.io(0), LONGEST_PAUSE);
        agent = new SignalingAgent(
            SignalingParts.engine(settings, shared.incarnation()),
            new SipEngine.Access(
                shared.keys(), users, authenticator, DoorParts.forRegistrations(settings)),
            new SignalingAgent.Outside(
                SignalingParts.datagrams(settings, sockets),
                streams::connect,
                SignalingParts.trunk(settings, trunk),
                SignalingParts.lookups(settings, locator),
                pushes == null ? PushSettings.NONE : SignalingParts.push(settings.signaling().push(), pushes)),
            new SignalingAgent.Cluster(shared.peers(), NodeParts.replication(settings),
                SignalingParts.calls(settings, shared.sessions())),
            shared.clockMs(),
            pause::wakeUp);
        shared.peers().inbox(agent.peers());
        if (pushes != null) {
            pushes.onUnknown(agent::onPushRefused);
        }
        rooms = settings.rooms().served()
            ? new RoomsPart(settings, shared, users, tokenKeys == null ? null : tokenKeys.tokens(), pause::wakeUp)
            : null;
        if (rooms != null) {
            shared.peers().onHeard(rooms::onHeard);
        }
        runner = new AgentRunner(pause, shared.failures(), null,
            rooms == null ? agent : new CompositeAgent(agent, rooms.agent()));
    }

    /**
     * Begins to listen; {@link #start} begins to answer.
     *
     * @throws IllegalStateException in one line, when an address or a file cannot be used
     */
    static SignalingPart open(Settings settings, Shared shared) {
        try {
            Sockets sockets = SignalingParts.sockets(settings);
            try {
                return open(settings, shared, sockets);
            } catch (IOException | RuntimeException failed) {
                sockets.close();
                throw failed;
            }
        } catch (IOException failed) {
            throw new IllegalStateException("turnstone.signaling: " + failed.getMessage(), failed);
        }
    }

    private static SignalingPart open(Settings settings, Shared shared, Sockets sockets) throws IOException {
        SignalingPart part = new SignalingPart(settings, shared, sockets);
        try {
            part.listen();
            return part;
        } catch (IOException | RuntimeException failed) {
            part.trunk.close();
            part.streams.close();
            part.runner.close();
            part.closePushes();
            throw failed;
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
        sockets.listen();
    }

    private List<String> origins() {
        return settings.signaling().origins().stream().map(WebOrigin::text).toList();
    }

    private void listen(List<IpPort> addresses, Function<TransportAddress, StreamListener> listener)
        throws IOException {
        List<IpPrefix> proxies = NodeAddresses.prefixes(settings.balancer().trustedProxies());
        for (IpPort address : addresses) {
            TransportAddress local = TransportAddress.of(IpAddress.parse(address.ip()), address.port());
            StreamListener here = listener.apply(local).withTrustedProxies(proxies);
            if (rooms != null && here.transport().isWebSocket()) {
                streams.listen(rooms.on(here), rooms.handler(agent.streams()));
            } else {
                streams.listen(here, agent.streams());
            }
        }
    }

    void start() {
        trunk.start();
        AgentRunner.startOnThread(runner);
    }

    /** What sessions of calls are told by, and tell. */
    Calls calls() {
        return agent.calls();
    }

    /** What a room tells this node; nothing where none are served. Any thread. */
    void onRoomTold(String room, RoomNews news) {
        if (rooms != null) {
            rooms.onNews(room, news);
        }
    }

    /** Whether this node holds the bindings of the nodes that are heard. Any thread. */
    boolean isInSync() {
        return agent.isInSync();
    }

    /** Any thread. */
    void collect(MetricSink sink) {
        SignalingAgent.Sizes sizes = agent.sizes();
        sink.gauge("sip_connections", "Connections of SIP clients.", sizes.connections());
        sink.gauge("sip_datagram_flows", "Remote addresses that SIP over UDP goes to.", sizes.datagramFlows());
        sink.gauge("sip_bindings", "Contacts of the whole cluster that are registered.", sizes.bindings());
        sink.gauge("sip_bindings_away", "Contacts whose connection is gone, and who may come back.", sizes.away());
        sink.gauge("sip_transactions", "SIP transactions in memory.", sizes.transactions());
        sink.gauge("sip_trunk_alive", "Addresses of the upstream that are believed to be alive.", sizes.trunkAlive());
        sink.gauge("sip_presence", "Users who publish or are watched, and whose presence this node looks after.",
            sizes.presence());
        if (tokenKeys != null) {
            sink.gauge("token_keys", "Public keys by which bearer tokens are verified.", tokenKeys.size());
        }
        sink.counters("sip", SipCounter.values(), SipCounter::meaning, agent.engineCounters()::get);
        sink.counters("signaling", SignalingCounter.values(), SignalingCounter::meaning, agent.counters()::get);
        sink.counters("sip_transport", TransportCounter.values(), TransportCounter::meaning, sockets::count);
        if (pushes != null) {
            sink.counters("push", PushCounter.values(), PushCounter::meaning, pushes::count);
        }
        ReplicationCounters replication = agent.replicationCounters();
        sink.counters("sip_replication", ReplicationCounter.values(), ReplicationCounter::sentence, replication::get);
        if (rooms != null) {
            rooms.collect(sink);
        }
        sink.counters("stream", StreamCounter.values(), StreamCounter::meaning, streams::count);
    }

    /** Sends the clients elsewhere. @return completed when none is connected any more */
    CompletableFuture<Void> disconnect() {
        return streams.drain(settings.drain().connectionsTime().toMillis());
    }

    /** Closes the connections, each as its protocol has it, then ends the thread. */
    @Override
    public void close() {
        trunk.close();
        streams.close();
        if (tokenKeys != null) {
            tokenKeys.close();
        }
        runner.close();
        closePushes();
        sockets.close();
    }

    private void closePushes() {
        if (pushes != null) {
            pushes.close();
        }
    }
}
