package io.turnstone.loadtest.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.TurnstoneNode;
import io.turnstone.loadtest.signaling.Digest;
import io.turnstone.loadtest.sip.SipText;
import io.turnstone.loadtest.sip.SipUserAgent;
import io.turnstone.loadtest.sip.SipUserAgent.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * RFC 3665 §3.2 to §3.4: a caller and a callee whose proxies are nodes of two domains that know nothing of each other but
 * an address.
 */
@Timeout(120)
class TwoProxiesIT {
    private static final String ATLANTA = "atlanta.test";
    private static final String BILOXI = "biloxi.test";
    private static final String ATLANTA_IP = "127.0.0.2";
    private static final String BILOXI_IP = "127.0.0.3";
    private static final String NOBODYS_IP = "127.0.0.4";
    private static final String NUMBER = "12285550123";
    private static final Identity ALICE = new Identity(ATLANTA, TurnstoneNode.USER, TurnstoneNode.PASSWORD);
    private static final Identity BOB = new Identity(BILOXI, "bob", "builder");
    private static final String OFFER = "v=0\r\ns=offer\r\n";
    private static final String ANSWER = "v=0\r\ns=answer\r\n";
    private static final int VIAS = 3;

    private final int atlantaPort = FreePorts.one();
    private final int biloxiPort = FreePorts.one();
    private final List<AutoCloseable> open = new ArrayList<>();

    /** Between the proxies. */
    enum Transport {
        UDP,
        TCP;

        String lowerCase() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T closedLater(T resource) {
        open.add(resource);
        return resource;
    }

    /** A node of that domain, and the user who is connected to it. */
    private SipUserAgent start(Identity user, String listener, String... more) {
        int port = FreePorts.one();
        List<String> flags = new ArrayList<>(List.of("--sip-domain", user.domain(), "--listen-ws", "127.0.0.1:" + port,
            "--listen-sip", listener));
        if (!user.equals(ALICE)) {
            flags.addAll(List.of("--user", user.user() + ":" + user.password()));
        }
        flags.addAll(List.of(more));
        closedLater(TurnstoneNode.start(Tools.ARTEFACTS, 16, flags.toArray(String[]::new)));
        SipUserAgent agent = closedLater(SipUserAgent.connect(port, user));
        assertThat(agent.register(600).kind()).isEqualTo("200 REGISTER");
        return agent;
    }

    private SipUserAgent startAtlanta(String... more) {
        return start(ALICE, ATLANTA_IP + ":" + atlantaPort, more);
    }

    /** Whoever sends from Atlanta's addresses needs no password. */
    private SipUserAgent startTrustingBiloxi(Identity user) {
        return start(user, BILOXI_IP + ":" + biloxiPort, "--trunk", "udp:" + ATLANTA_IP + ":" + atlantaPort, "--trunk",
            "tcp:127.0.0.1:" + atlantaPort, "--trunk-prefix", "9", "--set", "signaling.trunk.check-interval=0s");
    }

    private String bobAt(Transport transport) {
        return "sip:bob@" + BILOXI_IP + ":" + biloxiPort + ";transport=" + transport.lowerCase();
    }

    private static void talkAndHangUp(SipUserAgent alice, SipUserAgent bob) {
        SipText invite = bob.expect("INVITE");
        assertThat(invite.body()).isEqualTo(OFFER);
        assertThat(invite.headers("Via")).hasSize(VIAS);
        bob.reply(invite, 180, "");
        alice.expect("180 INVITE");
        SipText answered = bob.reply(invite, 200, ANSWER);
        SipText answer = alice.expect("200 INVITE");
        assertThat(answer.body()).isEqualTo(ANSWER);
        alice.sendAsCaller("ACK", answer);
        assertThat(bob.expect("ACK").headers("Via")).hasSize(VIAS);
        alice.sendAsCaller("INFO", answer);
        SipText info = bob.expect("INFO");
        assertThat(info.headers("Via")).hasSize(VIAS);
        bob.reply(info, 200, "");
        alice.expect("200 INFO");

        bob.sendAsCallee("BYE", invite, answered);
        SipText bye = alice.expect("BYE");
        assertThat(bye.headers("Via")).hasSize(VIAS);
        alice.reply(bye, 200, "");
        bob.expect("200 BYE");
    }

    /** RFC 3665 §3.2. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldEstablishASessionThroughTwoProxies(Transport transport) {
        SipUserAgent bob = startTrustingBiloxi(BOB);
        SipUserAgent alice = startAtlanta("--sip-outward", "true");

        alice.invite(bobAt(transport), OFFER);

        talkAndHangUp(alice, bob);
    }

    /** RFC 3665 §3.3. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldAuthenticateAtBothProxies(Transport transport) {
        SipUserAgent bob = start(BOB, BILOXI_IP + ":" + biloxiPort, "--realm", BILOXI);
        SipUserAgent alice = startAtlanta("--sip-outward", "true");
        String uri = bobAt(transport);

        SipText once = alice.invite(uri, OFFER);
        SipText byBiloxi = alice.expect("407 INVITE");
        alice.acknowledgeFailure(once, byBiloxi);
        String second = credentials(byBiloxi, BILOXI, uri);
        alice.sendText(
            once.text().replaceFirst("\r\nProxy-Authorization: [^\r]*", "").replace("branch=", "branch=z9hG4bKagain"));
        String first = credentials(alice.expect("407 INVITE"), TurnstoneNode.REALM, uri);
        alice.inviteBy(first + "\r\nProxy-Authorization: " + second, uri, OFFER);

        talkAndHangUp(alice, bob);
    }

    private static String credentials(SipText response, String realm, String uri) {
        String challenge = response.headers("Proxy-Authenticate").getLast();
        assertThat(challenge).contains("realm=\"" + realm + "\"");
        return Digest.credentials(challenge, ALICE.user(), ALICE.password(), "INVITE", uri);
    }

    /** RFC 3665 §3.4, where the first address of the next proxy is dead. */
    @Test
    void shouldGoByTheNextAddressOfAProxy() {
        SipUserAgent bob = startTrustingBiloxi(new Identity(BILOXI, NUMBER, "number"));
        SipUserAgent alice = startAtlanta("--trunk", "tcp:" + NOBODYS_IP + ":" + FreePorts.one(), "--trunk",
            "tcp:" + BILOXI_IP + ":" + biloxiPort, "--trunk-prefix", "1", "--trunk-domain", BILOXI);

        alice.invite("sip:" + NUMBER + "@" + ATLANTA, OFFER);

        talkAndHangUp(alice, bob);
    }
}
