package io.turnstone.node.signaling;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.node.auth.CredentialStore;
import io.turnstone.node.auth.DigestClient;
import io.turnstone.node.auth.Nonces;
import io.turnstone.node.auth.RestSecrets;
import io.turnstone.node.auth.SipAuthenticator;
import io.turnstone.node.transport.stream.StreamTransport;
import io.turnstone.protocol.net.IpPrefix;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.sip.SipLimits;
import io.turnstone.protocol.sip.SipTransport;
import io.turnstone.protocol.stun.StunAttribute;
import io.turnstone.protocol.stun.StunMessage;
import io.turnstone.protocol.stun.StunType;
import io.turnstone.protocol.stun.StunWriter;
import io.turnstone.protocol.stun.TransactionId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What a node does with datagrams: which leave, from which listener, to where. */
class SipDatagramsTest {
    private static final String DOMAIN = "example.com";
    private static final String PHONE = "203.0.113.5:40000";
    private static final long IDLE_MS = 60_000;

    private final TestDatagrams datagrams = new TestDatagrams("192.0.2.1:5060", "[2001:db8::1]:5060");
    private long nowMs = TestNetwork.START_MS;
    private final SignalingAgent agent = newAgent();
    private int number;

    private SignalingAgent newAgent() {
        CredentialStore users = new CredentialStore(DOMAIN, Map.of("alice", "wonder", "bob", "builder"),
            new RestSecrets(List.of(), RestSecrets.DEFAULT_SEPARATOR));
        ClusterKeys keys = ClusterKeys.ofSecrets(List.of("cluster"));
        SignalingSettings settings = new SignalingSettings(7, List.of(DOMAIN),
            Map.of(SipTransport.UDP, "192.0.2.1:5060"), SipTimers.DEFAULT, RegistrationLimits.DEFAULT,
            SipLimits.DEFAULT, 200, 120);
        SipAuthenticator authenticator = new SipAuthenticator(users, new Nonces(keys, 600_000, new Random(1)), 100);
        return new SignalingAgent(
            settings, new SipEngine.Access(keys, users, authenticator),
            new SignalingAgent.Outside(
                new DatagramPorts(datagrams, List.of(IpPrefix.parse("198.51.100.0/24")), 100, IDLE_MS),
                TestFlow::dial, TrunkSettings.NONE, null, PushSettings.NONE),
            SignalingAgent.Cluster.ALONE,
            () -> nowMs,
            () -> {});
    }

    private void advance(long ms) {
        nowMs += ms;
        while (agent.doWork() > 0) {
            nowMs++;
        }
    }

    /** What was sent after a datagram came in. */
    private List<String> answers(int listener, String source, String text) {
        datagrams.sent.clear();
        datagrams.receive(listener, source, text);
        advance(1);
        return datagrams.sentTo();
    }

    private String request(String method, String via, String user, String lines) {
        number++;
        return method + " sip:" + DOMAIN + " SIP/2.0\nVia: SIP/2.0/UDP " + via + ";branch=z9hG4bK" + number
            + "\nMax-Forwards: 70\nFrom: <sip:" + user + "@" + DOMAIN + ">;tag=1\nTo: <sip:" + user + "@" + DOMAIN
            + ">\nCall-ID: " + user + "\nCSeq: " + number + " " + method + "\n" + lines + "Content-Length: 0\n\n";
    }

    private List<String> register(String source, String via, String user, String password) {
        String contact = "Contact: <sip:" + user + "@10.0.0.1>;expires=600\n";
        answers(0, source, request("REGISTER", via, user, contact));
        String credentials = new DigestClient(user, password, "MD5")
            .answer(datagrams.last().headers("WWW-Authenticate").getLast(), "REGISTER", "sip:" + DOMAIN, 1);
        return answers(0, source, request("REGISTER", via, user, contact + "Authorization: " + credentials + "\n"));
    }

    @Test
    void shouldAnswerFromWhereItWasAskedToWhereTheQuestionCameFrom() {
        assertThat(answers(0, PHONE, request("OPTIONS", "10.0.0.1:5060;rport", "alice", "")))
            .containsExactly("0 > " + PHONE);
        assertThat(datagrams.last().status()).isEqualTo(200);
        assertThat(datagrams.last().header("Via")).contains(";rport=40000").contains(";received=203.0.113.5");

        String phone = "[2001:db8::5]:41000";
        assertThat(answers(1, phone, request("OPTIONS", "[2001:db8::5]:5060;rport", "alice", "")))
            .containsExactly("1 > " + phone);
    }

    @Test
    void shouldAnswerAtThePortOfTheViaToWhomAsksForNoOther() {
        assertThat(answers(0, PHONE, request("OPTIONS", "10.0.0.1:5070", "alice", "")))
            .containsExactly("0 > 203.0.113.5:5070");
        assertThat(answers(0, PHONE, request("OPTIONS", "phone.example.org", "alice", "")))
            .containsExactly("0 > 203.0.113.5:5060");
        assertThat(datagrams.last().header("Via")).endsWith(";received=203.0.113.5");
    }

    @Test
    void shouldReachAPhoneWhereItsRegistrationCameFromForAsLongAsThatLasts() {
        assertThat(register(PHONE, "10.0.0.1:5060;rport", "alice", "wonder")).containsExactly("0 > " + PHONE);
        assertThat(datagrams.last().status()).isEqualTo(200);
        advance(5 * IDLE_MS);
        assertThat(agent.sizes().datagramFlows()).isEqualTo(1);

        TestFlow browser = new TestFlow(1, StreamTransport.WS);
        agent.streams().onOpened(browser);
        datagrams.sent.clear();
        invite(browser, "alice");
        assertThat(datagrams.sentTo()).containsExactly("0 > " + PHONE);
        TestMessage invite = datagrams.last();
        assertThat(invite.requestUri()).isEqualTo("sip:alice@10.0.0.1");
        assertThat(invite.header("Via")).startsWith("SIP/2.0/UDP 192.0.2.1:5060;branch=").contains(";rport;node=7");

        advance(600_000);
        assertThat(agent.sizes().datagramFlows()).isZero();
    }

    private void invite(TestFlow from, String user) {
        String uri = "sip:" + user + "@" + DOMAIN;
        String text = "INVITE " + uri + " SIP/2.0\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bKi%d\nMax-Forwards: 70\n"
            + "From: <sip:bob@" + DOMAIN + ">;tag=1\nTo: <" + uri + ">\nCall-ID: c\nCSeq: %d INVITE\n%s"
            + "Content-Length: 0\n\n";
        UnsafeBuffer first = Sip.buffer(text.formatted(1, 1, ""));
        agent.streams().onReceived(from, first, 0, first.capacity());
        advance(1);
        TestMessage challenge = new TestMessage(Objects.requireNonNull(from.sent.poll()));
        String credentials = new DigestClient("bob", "builder", "MD5")
            .answer(challenge.headers("Proxy-Authenticate").getLast(), "INVITE", uri, 1);
        UnsafeBuffer second = Sip.buffer(text.formatted(2, 2, "Proxy-Authorization: " + credentials + "\n"));
        agent.streams().onReceived(from, second, 0, second.capacity());
        advance(1);
    }

    @Test
    void shouldPassOverWhatPhonesSendToKeepANatOpen() {
        assertThat(answers(0, PHONE, "\n\n")).isEmpty();
        assertThat(answers(0, PHONE, "\0\0\0\0")).isEmpty();

        assertThat(agent.counters().get(SignalingCounter.KEEP_ALIVE)).isEqualTo(2);
        advance(300);
        assertThat(agent.sizes().datagramFlows()).isZero();
    }

    @Test
    void shouldTellAClientItsAddressByStun() {
        UnsafeBuffer request = new UnsafeBuffer(new byte[100]);
        StunWriter writer = new StunWriter().begin(request, 0, StunType.BINDING_REQUEST, new TransactionId(1, 2));
        writer.fingerprint();
        byte[] octets = new byte[writer.length()];
        request.getBytes(0, octets);
        datagrams.receive(0, PHONE, octets);
        advance(1);

        assertThat(datagrams.sentTo()).containsExactly("0 > " + PHONE);
        StunMessage answer = new StunMessage();
        UnsafeBuffer sent = datagrams.sent.getLast().buffer();
        assertThat(answer.wrap(sent, 0, sent.capacity())).isTrue();
        assertThat(answer.messageType()).isEqualTo(StunType.BINDING_SUCCESS);
        assertThat(answer.fingerprintValid()).isTrue();
        assertThat(answer.has(StunAttribute.XOR_MAPPED_ADDRESS)).isTrue();

        octets[octets.length - 1]++;
        datagrams.sent.clear();
        datagrams.receive(0, PHONE, octets);
        advance(1);
        assertThat(datagrams.sent).isEmpty();
        assertThat(agent.counters().get(SignalingCounter.DATAGRAM_MALFORMED)).isEqualTo(1);
    }

    @Test
    void shouldBelieveTrustedProxiesAndNobodyElse() {
        byte[] message = request("OPTIONS", "10.0.0.1:5060", "alice", "").replace("\n", "\r\n")
            .getBytes(UTF_8);
        TransportAddress client = TransportAddress.parse("203.0.113.77:6000");
        byte[] proxied = ByteBuffer.allocate(28 + message.length)
            .putLong(0x0D0A_0D0A_000D_0A51L)
            .putInt(0x5549_540A)
            .putInt(0x2112_000C)
            .putInt((int) client.low())
            .putInt(0xC000_0201)
            .putShort((short) client.port())
            .putShort((short) 5060)
            .put(message)
            .array();
        datagrams.receive(0, "198.51.100.9:3000", proxied);
        advance(1);
        assertThat(datagrams.sentTo()).containsExactly("0 > 198.51.100.9:3000");
        assertThat(datagrams.last().header("Via")).endsWith(";received=203.0.113.77");

        datagrams.sent.clear();
        datagrams.receive(0, PHONE, proxied);
        advance(1);
        assertThat(datagrams.sent).isEmpty();
        assertThat(agent.counters().get(SignalingCounter.DATAGRAM_MALFORMED)).isEqualTo(1);
    }

    @Test
    void shouldDropAndCountNonsense() {
        assertThat(answers(0, PHONE, "")).isEmpty();
        assertThat(answers(0, PHONE, "hello, server")).isEmpty();
        assertThat(answers(0, PHONE, "\1\2\3")).isEmpty();

        assertThat(agent.engineCounters().get(SipCounter.MALFORMED)).isEqualTo(1);
        assertThat(agent.counters().get(SignalingCounter.DATAGRAM_MALFORMED)).isEqualTo(2);
    }
}
