package io.turnstone.node.signaling;

import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.node.auth.CredentialStore;
import io.turnstone.node.auth.SipAuthenticator;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.sip.Judgement;
import io.turnstone.protocol.sip.SipFraming;
import io.turnstone.protocol.sip.SipHeader;
import io.turnstone.protocol.sip.SipMessage;
import io.turnstone.protocol.sip.SipMethod;
import io.turnstone.protocol.sip.SipParser;
import io.turnstone.protocol.sip.SipTransport;
import io.turnstone.protocol.sip.SipWriter;
import io.turnstone.protocol.sip.Via;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The SIP server of a node: registrar and proxy in one (RFC 3261 §10, §16). One thread: messages, deadlines, closed flows
 * and the answers of {@link Locations} all come on it. It holds transactions and nothing else; a dialog needs no memory,
 * and which node gets its next request does not matter.
 *
 * <p>A message is parsed once, where it lies, and copied only into what is sent or has to wait.
 */
public final class SipEngine {
    private static final List<String> PROXY_EXTENSIONS = List.of();
    private static final String ALLOWED = "INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, PRACK, SUBSCRIBE, NOTIFY, "
        + "PUBLISH, INFO, REFER, MESSAGE, UPDATE";

    /** The source of what did not come over a flow of this node. */
    static final TransportAddress NOWHERE = new TransportAddress(0, 0, 0);
    /** RFC 3261 §19.1.2. */
    private static final int SIP_PORT = 5060;

    private final long node;
    private final int transactionsMax;
    private final Flows flows;
    private final Locations locations;
    private final LocalNames names;
    private final SipParser parser;
    private final Judgement judgement = new Judgement(false, PROXY_EXTENSIONS);
    private final Via refusedVia = new Via();
    private final ResponseVia responseVia = new ResponseVia();
    private final EngineParts parts;
    private final TrunkChecks checks;
    private final Registrar registrar;
    private final Proxy proxy;
    private final PresenceAgent presence;
    private final Strays strays;
    private final Orphans orphans;

    /**
     * Who may use the server.
     *
     * @param keys the same on every node
     * @param turnServers what registered users are told; null for nothing
     */
    public record Access(
        ClusterKeys keys, CredentialStore users, SipAuthenticator authenticator, @Nullable TurnServers turnServers) {
        /** Without anything that registered users are told. */
        public Access(ClusterKeys keys, CredentialStore users, SipAuthenticator authenticator) {
            this(keys, users, authenticator, null);
        }
    }

    /**
     * What is outside of the cluster.
     *
     * @param trunk the upstream, if there is one
     * @param servers those of other domains
     * @param pushes wake user agents
     */
    public record Beyond(TrunkSettings trunk, Servers servers, PushSettings pushes) {
        public static final Beyond NOTHING = new Beyond(TrunkSettings.NONE, Servers.NONE, PushSettings.NONE);
    }

    /**
     * @param presenceRecords what is known of users' presence
     * @param calls hears of every call
     * @param nowMs epoch milliseconds
     */
    SipEngine(
        SignalingSettings settings, Beyond beyond, Access access, Flows flows, Locations locations,
        ReplicatedPresence presenceRecords, Calls calls, long nowMs) {
        this.node = settings.node();
        this.transactionsMax = settings.transactionsMax();
        this.flows = flows;
        this.locations = locations;
        this.names = new LocalNames(settings);
        this.parser = new SipParser(settings.limits());
        SealedTokens tokens = new SealedTokens(access.keys());
        DialogTokens dialogTokens = new DialogTokens(tokens);
        Responses responses = new Responses();
        Transactions transactions = new Transactions(settings.timers(), flows, responses, settings.limits(), nowMs);
        SipCounters counted = new SipCounters();
        HeldRequests held = new HeldRequests(settings.transactionsMax());
        this.parts = new EngineParts(
            transactions,
            new TransactionNames(access.keys()),
            new Requests(transactions, responses, flows, settings.limits()),
            responses,
            new FlowBindings(),
            new RingingBranches(),
            held,
            new Absentees(
                held, beyond.pushes(), transactions, settings.registrations().absenceMs(), counted),
            new Gruus(tokens),
            calls,
            counted);
        OutgoingRequest outgoing = new OutgoingRequest(settings, access.authenticator().realm(), dialogTokens);
        Trunk trunk = new Trunk(beyond.trunk(), names, access.users());
        Branches branches = new Branches(parts, flows, outgoing, trunk, settings.limits());
        Router router = new Router(names, access.users(), parts.names(), parts.gruus(), dialogTokens, trunk);
        this.checks = new TrunkChecks(trunk, parts, branches, settings.domains().getFirst(), nowMs);
        Admission admission = new Admission(access.authenticator(), parts.requests(), parts.counters());
        this.presence = new PresenceAgent(
            settings.node(), names, access.users(), admission, locations, parts, flows, presenceRecords,
            new NotifyWriter(settings));
        this.registrar = new Registrar(
            names, admission, locations, parts,
            new RegistrationWriter(parts.gruus(), settings.flowTimerS(), access.turnServers()),
            beyond.pushes());
        Outward outward = new Outward(names, beyond.servers());
        this.proxy = new Proxy(names, admission, locations, parts, router, branches, outward);
        this.orphans = new Orphans(locations, dialogTokens, flows, counted, settings.limits());
        this.strays = new Strays(locations, parts, flows, router, branches, settings.limits());
    }

    /**
     * Takes a whole message: a datagram, a WebSocket message, or what was cut out of a stream. Keep-alives are the
     * transport's.
     *
     * @param buffer used until this returns only
     * @param nowMs epoch milliseconds
     */
    public void onMessage(Arrival arrival, DirectBuffer buffer, int offset, int length, long nowMs) {
        SipTransport transport = arrival.flow().transport();
        boolean stream = transport == SipTransport.TCP || transport == SipTransport.TLS;
        parser.parse(buffer, offset, length, stream ? SipFraming.STREAM : SipFraming.DATAGRAM);
        switch (judgement.judge(parser)) {
            case DROP -> parts.counters().add(SipCounter.MALFORMED);
            case ANSWER -> refuse(refusedVia.first(parser.message()) ? answered(arrival, refusedVia) : arrival);
            case ACCEPT -> {
                SipMessage message = parser.message();
                if (message.isRequest()) {
                    onRequest(answered(arrival, judgement.via()), message, nowMs);
                } else {
                    onResponse(arrival, message, nowMs);
                }
            }
        }
    }

    /**
     * RFC 3261 §18.2.2: without rport (RFC 3581) a client expects answers where its Via says, not where it sends from. It
     * listens there, so that requests for it go there too.
     */
    private Arrival answered(Arrival arrival, Via via) {
        if (arrival.flow().transport() != SipTransport.UDP || via.hasResponsePort()) {
            return arrival;
        }
        int port = via.port() == Via.NOT_FOUND ? SIP_PORT : via.port();
        return port == arrival.remote().port() ? arrival : flows.atPort(arrival, port);
    }

    /** Meets the deadlines up to now; to be called every few milliseconds. Returns how many there were. */
    public int turn(long nowMs) {
        return parts.transactions().turn(nowMs) + parts.held().turn(nowMs) + checks.turn(nowMs)
            + parts.calls().turn(locations, nowMs) + presence.turn(nowMs);
    }

    /** A flow of this node is gone: what was registered over it is not reached any more (RFC 5626 §5.3). */
    public void onFlowClosed(FlowName flow) {
        for (Binding binding : parts.flowBindings().failed(flow)) {
            locations.flowFailed(binding.addressOfRecord(), flow);
        }
    }

    /** The push notification service does not know a user agent any more: whoever waits for it waits in vain. */
    public void onPushRefused(PushNotification notification) {
        locations.find(new LocationQuery.OfAddress(notification.user()), (found, nowMs) -> {
            locations.pushRefused(notification.user(), notification.resource());
            found.away()
                .stream()
                .filter(binding -> binding.push().equals(notification.resource()))
                .forEach(binding -> parts.held().onHopeless(binding.id(), nowMs));
        });
    }

    /** A connection outside of the cluster could not be made, or has ended. */
    public void onUnreachable(FlowName flow, long nowMs) {
        parts.transactions().unreachable(flow, nowMs);
    }

    /**
     * A binding was made or refreshed, at whatever node; to be called at each. What rings there rings on over its flow, so
     * that a callee who has lost a connection, or whose node has died, can still answer; what was held for it goes on.
     */
    public void onRegistered(Binding binding, long nowMs) {
        for (ClientTransaction branch : parts.ringing().of(binding.id())) {
            TransactionUser user = branch.user();
            if (user != null && !branch.flow().equals(binding.flow())) {
                user.onMoved(branch, binding, nowMs);
            }
        }
        parts.held().onRegistered(binding, nowMs);
    }

    /** Whether something is registered over a flow of this node. */
    public boolean isRegistered(FlowName flow, long nowMs) {
        return parts.flowBindings().isUsed(flow, nowMs);
    }

    /**
     * A request that this or another node has sent on could not be sent over its flow: whoever waits for its response gets
     * one (RFC 5626 §5.3.1), and may try another flow. An ACK has none, and a response that is lost is its sender's loss.
     *
     * @param gone the flow
     */
    public void onUndelivered(FlowName gone, DirectBuffer buffer, int offset, int length, long nowMs) {
        parser.parse(buffer, offset, length, SipFraming.DATAGRAM);
        if (judgement.judge(parser) != Judgement.Verdict.ACCEPT) {
            parts.counters().add(SipCounter.MALFORMED);
            return;
        }
        SipMessage request = parser.message();
        if (!request.isRequest() || request.method() == SipMethod.ACK || !responseVia.read(judgement.via())) {
            return;
        }
        parts.names().ofRequest(request, judgement.via(), judgement.cseq(), judgement.from());
        Arrival arrival = new Arrival(gone, NOWHERE);
        int end = parts.responses().begin(request, arrival, Responses.FLOW_FAILED, parts.names().low()).end();
        if (responseVia.node() == node) {
            byte[] response = new byte[end];
            parts.responses().buffer().getBytes(0, response);
            onMessage(arrival, new UnsafeBuffer(response), 0, end, nowMs);
        } else {
            flows.handOver(responseVia.node(), arrival, parts.responses().buffer(), 0, end);
        }
    }

    public SipCounters counters() {
        return parts.counters();
    }

    /** How many addresses of the upstream are believed to be alive. */
    public int trunkAlive() {
        return checks.alive();
    }

    /** How many transactions there are. */
    public int transactionCount() {
        return parts.transactions().size();
    }

    /** How many requests wait for a user agent that is away. */
    public int heldCount() {
        return parts.held().size();
    }

    /** Is to be told of bindings and nodes. */
    PresenceAgent presence() {
        return presence;
    }

    /** How many bindings are being rung. */
    public int ringingCount() {
        return parts.ringing().size();
    }

    /** What the octets alone tell against a request. */
    private void refuse(Arrival arrival) {
        parts.counters().add(SipCounter.REFUSED);
        SipMessage request = parser.message();
        SipWriter response = parts.requests()
            .beginAtOnce(arrival, request, parts.names().ofText(request), judgement.statusCode());
        Refusals.writeUnsupported(response, judgement);
        parts.requests().sendAtOnce(arrival, response);
    }

    private void onRequest(Arrival arrival, SipMessage request, long nowMs) {
        parts.names().ofRequest(request, judgement.via(), judgement.cseq(), judgement.from());
        ServerTransaction known = parts.transactions().findServer(parts.names().high(), parts.names().low());
        switch (request.method()) {
            case ACK -> onAck(arrival, request, known, nowMs);
            case CANCEL -> onCancel(arrival, request, known, nowMs);
            default -> {
                if (known == null) {
                    onNewRequest(arrival, request, parts.names().name(), nowMs);
                } else {
                    parts.counters().add(SipCounter.REPEATED);
                    parts.transactions().onRequest(known, TransactionEvent.REQUEST, nowMs);
                }
            }
        }
    }

    /**
     * An ACK to a failure goes no further, whether its transaction is here, elsewhere or nowhere. One to a 2xx does, also if
     * it has the branch of its INVITE (RFC 6026 §7.1).
     */
    private void onAck(Arrival arrival, SipMessage request, @Nullable ServerTransaction known, long nowMs) {
        boolean ours = known == null
            ? Responses.isOurTag(judgement.to(), parts.names().low())
            : !parts.transactions().onRequest(known, TransactionEvent.ACK, nowMs);
        if (ours) {
            parts.counters().add(SipCounter.REPEATED);
        } else {
            strays.onRequest(request, judgement, arrival, parts.names().name());
        }
    }

    /** RFC 3261 §9.2, §16.10. A repeated CANCEL gets the same answer, so that it needs no transaction of its own. */
    private void onCancel(Arrival arrival, SipMessage request, @Nullable ServerTransaction known, long nowMs) {
        if (known == null) {
            strays.onRequest(request, judgement, arrival, parts.names().name());
            return;
        }
        parts.requests().answerAtOnce(arrival, request, parts.names().name(), Responses.OK);
        TransactionUser user = known.user();
        if (user != null) {
            user.onCancel(nowMs);
        }
    }

    private void onNewRequest(Arrival arrival, SipMessage request, RequestName name, long nowMs) {
        parts.counters().add(SipCounter.REQUESTS);
        if (parts.transactions().size() >= transactionsMax) {
            parts.counters().add(SipCounter.OVERLOADED);
            parts.requests().answerAtOnce(arrival, request, name, Responses.UNAVAILABLE);
            return;
        }
        try {
            boolean toUs = !judgement.requestUri().hasUser() && names.isOurs(judgement.requestUri());
            if (toUs && request.method() == SipMethod.REGISTER) {
                registrar.onRegister(arrival, request, name, judgement, nowMs);
            } else if (toUs && request.method() == SipMethod.OPTIONS) {
                answerOptions(arrival, request, name);
            } else if (presence.takes(request, judgement)) {
                presence.onRequest(arrival, request, name, judgement, nowMs);
            } else {
                proxy.onRequest(arrival, request, name, judgement, nowMs);
            }
        } finally {
            parts.requests().end();
        }
    }

    /** RFC 3261 §11.2. */
    private void answerOptions(Arrival arrival, SipMessage request, RequestName name) {
        SipWriter response = parts.requests().beginAtOnce(arrival, request, name, Responses.OK);
        response.header(SipHeader.ALLOW, ALLOWED).header(SipHeader.SUPPORTED, "path, outbound, gruu");
        parts.requests().sendAtOnce(arrival, response);
    }

    private void onResponse(Arrival arrival, SipMessage response, long nowMs) {
        if (!responseVia.read(judgement.via())) {
            parts.counters().add(SipCounter.STRAY_RESPONSE);
            return;
        }
        if (responseVia.node() != node) {
            if (flows.isHeard(responseVia.node())) {
                parts.counters().add(SipCounter.HANDED_OVER);
                flows.handOver(responseVia.node(), arrival, response.buffer(), 0, response.length());
            } else {
                orphans.onResponse(response);
            }
            return;
        }
        ClientTransaction transaction = parts.transactions()
            .findClient(responseVia.high(), responseVia.low(), judgement.cseq().method());
        TransactionUser user = transaction == null ? null : transaction.user();
        // the answer to a CANCEL of ours has our Via only, and goes no further
        if (transaction == null || (user != null && !user.isOrigin() && judgement.via().isOnly(response))) {
            parts.counters().add(SipCounter.STRAY_RESPONSE);
            return;
        }
        parts.counters().add(SipCounter.RESPONSES);
        parts.transactions().onResponse(transaction, response, arrival.flow(), nowMs);
    }
}
