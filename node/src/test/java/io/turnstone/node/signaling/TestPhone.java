package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.DigestClient;
import io.turnstone.protocol.sip.SipTransport;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A user agent of a test: it sends what the test wants, and keeps what it receives until the test looks at it. */
final class TestPhone {
    private final PhoneNetwork network;
    private final String user;
    private final DigestClient digest;
    private final String host;
    private final SipTransport transport;
    private final Deque<TestMessage> inbox = new ArrayDeque<>();
    private String contactLines;
    private @Nullable FlowName flow;
    private int number;
    private String callId = "";

    TestPhone(PhoneNetwork network, String user, String password, SipTransport transport, String host, int node) {
        this.network = network;
        this.user = user;
        this.digest = new DigestClient(user, password, "MD5");
        this.transport = transport;
        this.host = host;
        this.contactLines = "Contact: " + contact() + ";expires=600\n";
        connect(node);
    }

    /** A browser that uses SIP.js: a contact that nobody resolves, over WebSocket. */
    static TestPhone browser(PhoneNetwork network, String user, String password, int node) {
        return new TestPhone(network, user, password, SipTransport.WS, user + network.nowMs() + "x.invalid", node);
    }

    /** A desk phone over UDP. */
    static TestPhone desk(PhoneNetwork network, String user, String password, int node) {
        return new TestPhone(network, user, password, SipTransport.UDP, "192.0.2." + user.length() + ":5060", node);
    }

    void connect(int node) {
        flow = network.open(this, node, transport);
    }

    void flow(FlowName other) {
        flow = other;
    }

    void disconnect() {
        network.close(Objects.requireNonNull(flow));
    }

    FlowName flow() {
        return Objects.requireNonNull(flow);
    }

    /** What the phone registers from now on. */
    void contactLines(String lines) {
        contactLines = lines;
    }

    String contact() {
        return "<sip:" + user + "@" + host + (transport == SipTransport.WS ? ";transport=ws>" : ">");
    }

    String addressOfRecord() {
        return "sip:" + user + "@" + TestNetwork.DOMAIN;
    }

    String via() {
        return "SIP/2.0/" + transport + " " + host + ";branch=z9hG4bK" + user + ++number
            + (transport == SipTransport.UDP ? ";rport" : "");
    }

    void send(TestMessage message) {
        network.send(flow(), message.text());
    }

    void receive(TestMessage message) {
        inbox.add(message);
    }

    /** The next message, which must be of that kind: a method, or a status and the method it answers. */
    TestMessage expect(String kind) {
        network.settle();
        TestMessage message = inbox.poll();
        assertThat(message).as("%s waits for %s", user, kind).isNotNull();
        assertThat(message.kind()).as(message.text()).isEqualTo(kind);
        return message;
    }

    /** The next message of that kind, whatever else waits before it. */
    private TestMessage await(String kind) {
        network.settle();
        TestMessage found = inbox.stream()
            .filter(message -> message.kind().endsWith(kind))
            .findFirst()
            .orElseThrow(() -> new AssertionError(user + " waits in vain for " + kind));
        inbox.remove(found);
        return found;
    }

    void expectNothing() {
        network.settle();
        assertThat(inbox).isEmpty();
    }

    /** Answers all requests of that method that wait, and forgets the rest of what waits. */
    void answerAll(String method, int status) {
        network.settle();
        List<TestMessage> waiting = List.copyOf(inbox);
        inbox.clear();
        waiting.stream().filter(message -> message.kind().equals(method)).forEach(message -> reply(message, status));
    }

    int received() {
        int count = inbox.size();
        inbox.clear();
        return count;
    }

    /** Registers, by a challenge and its answer; the last response. */
    TestMessage register() {
        send(authorizedRegister());
        return await(" REGISTER");
    }

    /** A REGISTER that has been challenged once and has the answer, not yet sent. */
    TestMessage authorizedRegister() {
        String uri = "sip:" + TestNetwork.DOMAIN;
        callId = callId.isEmpty() ? "reg-" + user + "-" + host : callId;
        send(request("REGISTER", uri, addressOfRecord(), callId, contactLines));
        TestMessage challenge = await("401 REGISTER");
        String answer = digest.answer(challenge.headers("WWW-Authenticate").getLast(), "REGISTER", uri, 1);
        return request("REGISTER", uri, addressOfRecord(), callId, contactLines + "Authorization: " + answer + "\n");
    }

    /** A request outside of a dialog, with the answer to the challenge; the request that was sent second. */
    TestMessage ask(String method, String uri, String lines) {
        TestMessage second = authorized(method, uri, lines);
        send(second);
        return second;
    }

    /** A request outside of a dialog that has been challenged once and has the answer, not yet sent. */
    TestMessage authorized(String method, String uri, String lines) {
        String id = "call-" + user + ++number;
        TestMessage first = request(method, uri, uri, id, lines);
        send(first);
        TestMessage challenge = await("407 " + method);
        if (method.equals("INVITE")) {
            acknowledge(first, challenge);
        }
        String answer = digest.answer(challenge.headers("Proxy-Authenticate").getLast(), method, uri, 1);
        return request(method, uri, uri, id, lines + "Proxy-Authorization: " + answer + "\n");
    }

    TestMessage invite(String userOrUri) {
        return ask("INVITE", uri(userOrUri), "Contact: " + contact() + "\n");
    }

    static String uri(String userOrUri) {
        return userOrUri.contains(":") ? userOrUri : "sip:" + userOrUri + "@" + TestNetwork.DOMAIN;
    }

    TestMessage request(String method, String uri, String to, String id, String lines) {
        return new TestMessage(method + " " + uri + " SIP/2.0\nVia: " + via() + "\nMax-Forwards: 70\nTo: <" + to
            + ">\nFrom: <" + addressOfRecord() + ">;tag=from" + user + "\nCall-ID: " + id + "\nCSeq: " + ++number + " "
            + method + "\n" + lines + "Content-Length: 0\n\n");
    }

    /** The ACK of the INVITE's own transaction. */
    void acknowledge(TestMessage invite, TestMessage failure) {
        send(follow(invite, "ACK", failure.header("To")));
    }

    void cancel(TestMessage invite) {
        send(follow(invite, "CANCEL", invite.header("To")));
    }

    private static TestMessage follow(TestMessage invite, String method, String to) {
        StringBuilder text = new StringBuilder(method + " " + invite.requestUri() + " SIP/2.0\n");
        text.append("Via: ").append(invite.header("Via")).append("\nMax-Forwards: 70\nFrom: ");
        text.append(invite.header("From")).append("\nTo: ").append(to).append("\nCall-ID: ");
        invite.headers("Route").forEach(route -> text.insert(text.indexOf("Max-Forwards"), "Route: " + route + "\n"));
        text.append(invite.header("Call-ID")).append("\nCSeq: ").append(invite.cseqNumber()).append(' ').append(method);
        return new TestMessage(text.append("\nContent-Length: 0\n\n").toString());
    }

    TestMessage reply(TestMessage request, int status) {
        return reply(request, status, "");
    }

    /** Answers a request as its user agent server. */
    TestMessage reply(TestMessage request, int status, String lines) {
        StringBuilder text = new StringBuilder("SIP/2.0 " + status + " Because\n");
        request.headers("Via").forEach(via -> text.append("Via: ").append(via).append('\n'));
        request.headers("Record-Route").forEach(route -> text.append("Record-Route: ").append(route).append('\n'));
        text.append("From: ").append(request.header("From")).append("\nTo: ").append(request.header("To"));
        if (request.tag("To").isEmpty()) {
            text.append(";tag=to").append(user).append(host.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", ""));
        }
        text.append("\nCall-ID: ").append(request.header("Call-ID")).append("\nCSeq: ").append(request.header("CSeq"));
        text.append("\nContact: ").append(contact()).append('\n').append(lines).append("Content-Length: 0\n\n");
        TestMessage response = new TestMessage(text.toString());
        send(response);
        return response;
    }
}
