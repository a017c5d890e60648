package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.node.auth.CredentialStore;
import io.turnstone.node.auth.DigestClient;
import io.turnstone.node.auth.Nonces;
import io.turnstone.node.auth.RestSecrets;
import io.turnstone.node.auth.SipAuthenticator;
import io.turnstone.node.transport.stream.StreamClosure;
import io.turnstone.node.transport.stream.StreamTransport;
import io.turnstone.protocol.sip.SipLimits;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class SignalingAgentTest {
    private static final String DOMAIN = "example.com";

    private long nowMs = TestNetwork.START_MS;
    private int wakeUps;
    private final SignalingAgent agent = newAgent();
    private final TestFlow browser = open(new TestFlow(1, StreamTransport.WS));
    private final TestFlow phone = open(new TestFlow(2, StreamTransport.TCP));
    private int number;

    private SignalingAgent newAgent() {
        CredentialStore users = new CredentialStore(DOMAIN, Map.of("alice", "wonder", "bob", "builder"),
            new RestSecrets(List.of(), RestSecrets.DEFAULT_SEPARATOR));
        ClusterKeys keys = ClusterKeys.ofSecrets(List.of("cluster"));
        SignalingSettings settings = new SignalingSettings(7, List.of(DOMAIN), Map.of(), SipTimers.DEFAULT,
            RegistrationLimits.DEFAULT, SipLimits.DEFAULT, 200, 120);
        SipAuthenticator authenticator = new SipAuthenticator(users, new Nonces(keys, 600_000, new Random(1)), 100);
        return new SignalingAgent(
            settings, new SipEngine.Access(keys, users, authenticator),
            TestOutside.none(),
            SignalingAgent.Cluster.ALONE,
            () -> nowMs,
            () -> wakeUps++);
    }

    private TestFlow open(TestFlow flow) {
        agent.streams().onOpened(flow);
        return flow;
    }

    private void receive(TestFlow flow, String text) {
        UnsafeBuffer buffer = Sip.buffer(text);
        agent.streams().onReceived(flow, buffer, 0, buffer.capacity());
    }

    private void advance(long ms) {
        nowMs += ms;
        while (agent.doWork() > 0) {
            nowMs++;
        }
    }

    private TestMessage answer(TestFlow flow, String request) {
        receive(flow, request);
        advance(1);
        return new TestMessage(Objects.requireNonNull(flow.sent.poll()));
    }

    private String request(String method, String user, String lines) {
        number++;
        return method + " sip:" + DOMAIN + " SIP/2.0\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bK" + number
            + "\nMax-Forwards: 70\nFrom: <sip:" + user + "@" + DOMAIN + ">;tag=1\nTo: <sip:" + user + "@" + DOMAIN
            + ">\nCall-ID: " + user + "\nCSeq: " + number + " " + method + "\n" + lines + "Content-Length: 0\n\n";
    }

    private TestMessage register(TestFlow flow, String user, String password) {
        String contact = "Contact: <sip:" + user + "@x.invalid>;expires=600\n";
        TestMessage challenge = answer(flow, request("REGISTER", user, contact));
        assertThat(challenge.status()).isEqualTo(401);
        String credentials = new DigestClient(user, password, "MD5")
            .answer(challenge.headers("WWW-Authenticate").getLast(), "REGISTER", "sip:" + DOMAIN, 1);
        return answer(flow, request("REGISTER", user, contact + "Authorization: " + credentials + "\n"));
    }

    @Test
    void shouldAnswerOverTheConnectionThatARequestCameFrom() {
        assertThat(register(browser, "alice", "wonder").status()).isEqualTo(200);
        assertThat(register(phone, "bob", "builder").status()).isEqualTo(200);
        assertThat(register(phone, "bob", "wrong").status()).isEqualTo(401);

        advance(1_000);
        assertThat(agent.sizes().connections()).isEqualTo(2);
        assertThat(agent.sizes().bindings()).isEqualTo(2);
        assertThat(wakeUps).isEqualTo(8);
    }

    @Test
    void shouldForgetTheBindingsOfAConnectionOnceAllThatItSentIsHandled() {
        register(browser, "alice", "wonder");
        receive(browser, request("OPTIONS", "alice", ""));
        agent.streams().onClosed(browser, new StreamClosure(StreamClosure.Cause.PEER, StreamClosure.NORMAL, ""));
        advance(1_000);

        assertThat(agent.engineCounters().get(SipCounter.REQUESTS)).isEqualTo(3);
        assertThat(agent.sizes().connections()).isEqualTo(1);
        assertThat(agent.sizes().bindings()).isZero();
    }

    @Test
    void shouldAnswerKeepAlivesAtOnce() {
        receive(browser, "\n\n");
        receive(phone, "\n\n");

        assertThat(browser.sent).containsExactly("\n");
        assertThat(phone.sent).containsExactly("\n");
        assertThat(agent.counters().get(SignalingCounter.KEEP_ALIVE)).isEqualTo(2);
    }

    @Test
    void shouldCloseAStreamWhoseMessagesCannotBeTold() {
        receive(phone, "OPTIONS sip:example.com SIP/2.0\n\n");

        assertThat(phone.isOpen()).isFalse();
        assertThat(agent.counters().get(SignalingCounter.STREAM_BROKEN)).isEqualTo(1);
    }

    @Test
    void shouldCloseAConnectionOnWhichAMessageDoesNotEnd() {
        receive(phone, "OPTIONS sip:");
        advance(SipConnections.MESSAGE_MS - 1_000);
        receive(phone, "example.com");
        assertThat(phone.isOpen()).isTrue();

        advance(1_000);

        assertThat(phone.isOpen()).isFalse();
        assertThat(browser.isOpen()).isTrue();
        assertThat(agent.counters().get(SignalingCounter.MESSAGE_LATE)).isEqualTo(1);
    }

    @Test
    void shouldDropAndCountNonsense() {
        receive(browser, "");
        receive(browser, "hello, server");
        advance(1);

        assertThat(browser.sent).isEmpty();
        assertThat(browser.isOpen()).isTrue();
        assertThat(agent.engineCounters().get(SipCounter.MALFORMED)).isEqualTo(2);
    }

    @Test
    void shouldLimitWhatWaitsOfOneConnectionAndLetOthersIn() {
        String options = request("OPTIONS", "alice", "X: " + "x".repeat(60_000) + "\n");
        for (int i = 0; i < 10; i++) {
            receive(browser, options);
        }
        assertThat(answer(phone, request("OPTIONS", "bob", "")).status()).isEqualTo(200);

        assertThat(agent.counters().get(SignalingCounter.CONNECTION_QUEUE_FULL)).isEqualTo(6);
        assertThat(answer(browser, options).status()).isEqualTo(200);
    }

    @Test
    void shouldLimitWhatWaitsOfAllConnections() {
        String options = request("OPTIONS", "alice", "X: " + "x".repeat(60_000) + "\n");
        for (int i = 0; i < 100; i++) {
            TestFlow flow = open(new TestFlow(100 + i, StreamTransport.WS));
            for (int j = 0; j < 4; j++) {
                receive(flow, options);
            }
        }

        assertThat(agent.counters().get(SignalingCounter.QUEUE_FULL)).isBetween(110L, 130L);
        assertThat(agent.counters().get(SignalingCounter.CONNECTION_QUEUE_FULL)).isZero();
    }
}
