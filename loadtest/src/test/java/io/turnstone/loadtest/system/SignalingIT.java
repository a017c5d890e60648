package io.turnstone.loadtest.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.TurnstoneNode;
import io.turnstone.loadtest.sip.SipText;
import io.turnstone.loadtest.sip.SipUserAgent;
import io.turnstone.loadtest.sip.SipUserAgent.Identity;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Users of one node register and call each other over WebSocket, with the same passwords as for TURN. */
@Timeout(90)
class SignalingIT {
    private static final String DOMAIN = "sip.test";
    private static final Identity ALICE = new Identity(DOMAIN, TurnstoneNode.USER, TurnstoneNode.PASSWORD);
    private static final Identity BOB = new Identity(DOMAIN, "bob", "builder");
    private static final String OFFER = "v=0\r\ns=offer\r\n";
    private static final String ANSWER = "v=0\r\ns=answer\r\n";

    /** RFC 6455 §7.4.1. */
    private static final int MESSAGE_TOO_BIG = 1009;

    private static int webSocketPort;
    private static int tcpPort;
    private static TurnstoneNode node;

    @BeforeAll
    static void start() {
        webSocketPort = FreePorts.one();
        tcpPort = FreePorts.one();
        node = TurnstoneNode.start(Tools.ARTEFACTS, 16, "--user", "bob:builder", "--sip-domain", DOMAIN,
            "--listen-ws", "127.0.0.1:" + webSocketPort, "--listen-sip", "127.0.0.1:" + tcpPort);
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.close();
        }
    }

    /** The connections of the test before are gone. */
    @BeforeEach
    void awaitNobody() {
        awaitBindings(0);
    }

    private static void awaitBindings(int count) {
        node.process()
            .await(count + " bindings", 10, () -> node.admin().metrics().sum("turnstone_sip_bindings") == count);
    }

    private static SipUserAgent connect(Identity identity) {
        return SipUserAgent.connect(webSocketPort, identity);
    }

    @Test
    void shouldCarryACallFromInviteToBye() {
        try (SipUserAgent alice = connect(ALICE); SipUserAgent bob = connect(BOB)) {
            assertThat(alice.subprotocol()).isEqualTo("sip");
            assertThat(alice.register(600).kind()).isEqualTo("200 REGISTER");
            assertThat(bob.register(600).header("Contact")).contains(bob.contact(), "expires=600");

            alice.invite(bob.addressOfRecord(), OFFER);
            SipText invite = bob.expect("INVITE");
            assertThat(invite.requestUri()).isEqualTo(bob.contact());
            assertThat(invite.body()).isEqualTo(OFFER);
            assertThat(invite.headers("Proxy-Authorization")).isEmpty();
            bob.reply(invite, 180, "");
            alice.expect("180 INVITE");
            bob.reply(invite, 200, ANSWER);
            SipText answer = alice.expect("200 INVITE");
            assertThat(answer.body()).isEqualTo(ANSWER);
            assertThat(answer.headers("Via")).hasSize(1);
            alice.sendAsCaller("ACK", answer);
            bob.expect("ACK");

            alice.sendAsCaller("BYE", answer);
            bob.reply(bob.expect("BYE"), 200, "");
            alice.expect("200 BYE");
        }
    }

    @Test
    void shouldLetTheSideThatWasCalledHangUp() {
        try (SipUserAgent alice = connect(ALICE); SipUserAgent bob = connect(BOB)) {
            alice.register(600);
            bob.register(600);
            alice.invite(bob.addressOfRecord(), OFFER);
            SipText invite = bob.expect("INVITE");
            SipText answer = bob.reply(invite, 200, ANSWER);
            alice.sendAsCaller("ACK", alice.expect("200 INVITE"));
            bob.expect("ACK");

            bob.sendAsCallee("BYE", invite, answer);
            alice.reply(alice.expect("BYE"), 200, "");
            bob.expect("200 BYE");
        }
    }

    @Test
    void shouldRefuseAWrongPassword() {
        try (SipUserAgent impostor = connect(new Identity(DOMAIN, "bob", "wrong"))) {
            assertThat(impostor.register(600).kind()).isEqualTo("401 REGISTER");
        }
    }

    @Test
    void shouldTellThatACalleeIsNotThere() {
        try (SipUserAgent alice = connect(ALICE)) {
            alice.register(600);

            SipText unregistered = alice.invite("sip:bob@" + DOMAIN, OFFER);
            alice.acknowledgeFailure(unregistered, alice.expect("480 INVITE"));
            SipText unknown = alice.invite("sip:nobody@" + DOMAIN, OFFER);
            alice.acknowledgeFailure(unknown, alice.expect("404 INVITE"));
        }
    }

    @Test
    void shouldForgetACalleeWhoseConnectionIsGone() {
        try (SipUserAgent alice = connect(ALICE)) {
            alice.register(600);
            try (SipUserAgent bob = connect(BOB)) {
                bob.register(600);
            }
            awaitBindings(1);

            SipText invite = alice.invite("sip:bob@" + DOMAIN, OFFER);
            alice.acknowledgeFailure(invite, alice.expect("480 INVITE"));
        }
    }

    @Test
    void shouldAnswerKeepAlives() {
        try (SipUserAgent alice = connect(ALICE)) {
            alice.sendText("\r\n\r\n");

            assertThat(alice.next()).isEqualTo("\r\n");
        }
    }

    @Test
    void shouldServePhonesOverTcp() throws IOException {
        try (Socket phone = new Socket(Loopback.ipv4(0).getAddress(), tcpPort)) {
            phone.setSoTimeout(10_000);
            String options = "OPTIONS sip:" + DOMAIN + " SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bK1\r\n"
                + "Max-Forwards: 70\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:" + DOMAIN + ">\r\nCall-ID: o\r\n"
                + "CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";
            write(phone, options.substring(0, 40));
            Steps.letFlow(100);
            write(phone, options.substring(40) + "\r\n\r\n");

            String answer = readUntil(phone, "Content-Length: 0\r\n\r\n");
            assertThat(answer).contains("SIP/2.0 200 ", "Allow: INVITE");
        }
    }

    @Test
    void shouldStayUnmovedByNonsense() throws IOException {
        Random random = new Random(20_261_129);
        try (SipUserAgent alice = connect(ALICE); SipUserAgent noise = connect(BOB)) {
            alice.register(600);
            for (int i = 0; i < 200; i++) {
                byte[] octets = new byte[random.nextInt(300)];
                random.nextBytes(octets);
                noise.sendText(new String(octets, StandardCharsets.ISO_8859_1));
                try (Socket stream = new Socket(Loopback.ipv4(0).getAddress(), i % 2 == 0 ? tcpPort : webSocketPort)) {
                    stream.getOutputStream().write(octets);
                }
            }

            assertThat(noise.register(600).kind()).isEqualTo("200 REGISTER");
            noise.sendText("x".repeat(100_000));
            assertThat(noise.closeCode()).isEqualTo(MESSAGE_TOO_BIG);
            alice.sendText("\r\n\r\n");
            assertThat(alice.next()).isEqualTo("\r\n");
            assertThat(node.admin().status("/health")).isEqualTo(200);
            assertThat(node.admin().metrics().sum("turnstone_sip_malformed_total")).isPositive();
        }
    }

    @Test
    void shouldSayInOneLineThatAPortIsTaken() {
        List<String> flags = List.of("--relay-address", "127.0.0.1", "--sip-domain", DOMAIN, "--listen-ws",
            "127.0.0.1:" + webSocketPort);
        try (TurnstoneNode second = TurnstoneNode
            .launch("port-taken", Tools.ARTEFACTS, FreePorts.one(), FreePorts.one(), flags)) {
            assertThat(second.process().awaitExit(60)).isEqualTo(1);
            assertThat(second.process().output())
                .contains("turnstone: turnstone.signaling: cannot listen on 127.0.0.1:" + webSocketPort);
        }
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String readUntil(Socket socket, String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int octet = socket.getInputStream().read();
            if (octet < 0) {
                throw new AssertionError("the connection has ended after " + text);
            }
            text.append((char) octet);
        }
        return text.toString();
    }
}
