package io.turnstone.loadtest.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.server.TurnstoneNode;
import io.turnstone.loadtest.sip.SipText;
import io.turnstone.loadtest.sip.SipUserAgent;
import io.turnstone.loadtest.sip.SipUserAgent.Identity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Users of three nodes who close their connections and are woken by push notifications (RFC 8599), which an HTTP server of the
 * test takes in place of a gateway. Each test has a callee of its own: who can be woken stays registered.
 */
@Timeout(240)
class PushIT {
    private static final int NODES = 3;
    private static final String DOMAIN = "sip.test";
    private static final Identity ALICE = new Identity(DOMAIN, TurnstoneNode.USER, TurnstoneNode.PASSWORD);
    private static final int CALLEES = 6;
    private static final Identity UNKNOWN = callee(5);
    private static final String OFFER = "v=0\r\ns=offer\r\n";
    private static final String ANSWER = "v=0\r\ns=answer\r\n";

    private static final BlockingQueue<String> NOTIFICATIONS = new LinkedBlockingQueue<>();
    private static HttpServer gateway;
    private static TurnstoneCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        gateway = HttpServer.create(Loopback.ipv4(0), 0);
        gateway.createContext("/fcm", exchange -> {
            String notification = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            NOTIFICATIONS.add(notification);
            exchange.sendResponseHeaders(notification.contains("of-" + UNKNOWN.user()) ? 410 : 204, -1);
            exchange.close();
        });
        gateway.start();
        List<String> flags = new ArrayList<>(List.of("--sip-domain", DOMAIN, "--push-wait", "6 s", "--push",
            "fcm=http://127.0.0.1:" + gateway.getAddress().getPort() + "/fcm"));
        for (int i = 0; i < CALLEES; i++) {
            flags.addAll(List.of("--user", callee(i).user() + ":" + callee(i).password()));
        }
        cluster = TurnstoneCluster.start("push", NODES, flags.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
        gateway.stop(0);
    }

    @BeforeEach
    void forget() {
        NOTIFICATIONS.clear();
    }

    private static Identity callee(int number) {
        return new Identity(DOMAIN, "callee" + number, "secret" + number);
    }

    private static SipUserAgent connect(int node, Identity identity) {
        return SipUserAgent.connect(cluster.webSocketPort(node), identity);
    }

    private static void registerToBeWoken(SipUserAgent agent, Identity identity) {
        SipText registered = agent.register(";pn-provider=fcm;pn-prid=of-" + identity.user(), 600);
        assertThat(registered.kind()).isEqualTo("200 REGISTER");
        assertThat(registered.header("Feature-Caps")).isEqualTo("*;+sip.pns=\"fcm\"");
    }

    private static String expectNotification() throws InterruptedException {
        String notification = NOTIFICATIONS.poll(10, TimeUnit.SECONDS);
        assertThat(notification).as("a push notification").isNotNull();
        return notification;
    }

    private static SipText answer(SipUserAgent caller, SipUserAgent callee, SipText invite) {
        callee.reply(invite, 200, ANSWER);
        SipText answer = caller.expect("200 INVITE");
        caller.sendAsCaller("ACK", answer);
        callee.expect("ACK");
        return answer;
    }

    private static void hangUp(SipUserAgent caller, SipUserAgent callee, SipText answer) {
        caller.sendAsCaller("BYE", answer);
        callee.reply(callee.expect("BYE"), 200, "");
        caller.expect("200 BYE");
    }

    @Test
    void shouldCallWhoIsWokenAndRegistersAtAnotherNode() throws InterruptedException {
        Identity bob = callee(0);
        try (SipUserAgent alice = connect(0, ALICE); SipUserAgent first = connect(1, bob)) {
            alice.register(600);
            registerToBeWoken(first, bob);
            first.cut();

            alice.invite("sip:" + bob.user() + "@" + DOMAIN, OFFER);
            assertThat(expectNotification()).isEqualTo(
                "{\"provider\":\"fcm\",\"prid\":\"of-" + bob.user() + "\",\"param\":\"\",\"user\":\"" + bob.user() + "@"
                    + DOMAIN + "\",\"reason\":\"call\",\"expires\":6}");
            try (SipUserAgent woken = first.reconnect(cluster.webSocketPort(2))) {
                registerToBeWoken(woken, bob);
                SipText invite = woken.expect("INVITE");
                assertThat(invite.body()).isEqualTo(OFFER);
                assertThat(invite.text()).doesNotContain("pn-prid");
                hangUp(alice, woken, answer(alice, woken, invite));
            }
        }
    }

    @Test
    void shouldAddWhoIsWokenToWhatRingsAlready() throws InterruptedException {
        Identity bob = callee(1);
        try (SipUserAgent alice = connect(0, ALICE);
            SipUserAgent desk = connect(2, bob);
            SipUserAgent first = connect(1, bob)) {
            alice.register(600);
            desk.register(600);
            registerToBeWoken(first, bob);
            first.cut();

            alice.invite("sip:" + bob.user() + "@" + DOMAIN, OFFER);
            SipText ringing = desk.expect("INVITE");
            desk.reply(ringing, 180, "");
            alice.expect("180 INVITE");
            expectNotification();
            try (SipUserAgent woken = first.reconnect(cluster.webSocketPort(0))) {
                registerToBeWoken(woken, bob);
                SipText answer = answer(alice, woken, woken.expect("INVITE"));
                SipText cancel = desk.expect("CANCEL");
                desk.reply(cancel, 200, "");
                desk.reply(ringing, 487, "");
                desk.expect("ACK");
                hangUp(alice, woken, answer);
            }
        }
    }

    @Test
    void shouldWakeWhoseNodeWasKilled() throws InterruptedException {
        Identity bob = callee(2);
        try (SipUserAgent alice = connect(0, ALICE); SipUserAgent first = connect(1, bob)) {
            alice.register(600);
            registerToBeWoken(first, bob);
            cluster.kill(1);

            alice.invite("sip:" + bob.user() + "@" + DOMAIN, OFFER);
            assertThat(expectNotification()).contains("\"prid\":\"of-" + bob.user());
            try (SipUserAgent woken = first.reconnect(cluster.webSocketPort(2))) {
                registerToBeWoken(woken, bob);
                hangUp(alice, woken, answer(alice, woken, woken.expect("INVITE")));
            }
        } finally {
            cluster.restart(1);
        }
    }

    @Test
    void shouldAnswer480WhenNobodyComes() throws InterruptedException {
        Identity bob = callee(3);
        try (SipUserAgent alice = connect(0, ALICE); SipUserAgent first = connect(1, bob)) {
            alice.register(600);
            registerToBeWoken(first, bob);
            first.cut();

            SipText invite = alice.invite("sip:" + bob.user() + "@" + DOMAIN, OFFER);
            expectNotification();
            alice.acknowledgeFailure(invite, alice.expect("480 INVITE"));
        }
    }

    /** As soon as the gateway has said so, although who is woken is waited for six seconds. */
    @Test
    void shouldEndTheRegistrationOfWhomTheServiceDoesNotKnow() throws InterruptedException {
        try (SipUserAgent alice = connect(0, ALICE); SipUserAgent first = connect(1, UNKNOWN)) {
            alice.register(600);
            registerToBeWoken(first, UNKNOWN);
            first.cut();

            long startNs = System.nanoTime();
            SipText invite = alice.invite("sip:" + UNKNOWN.user() + "@" + DOMAIN, OFFER);
            expectNotification();
            alice.acknowledgeFailure(invite, alice.expect("480 INVITE"));
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs)).isLessThan(4_000);

            alice.acknowledgeFailure(
                alice.invite("sip:" + UNKNOWN.user() + "@" + DOMAIN, OFFER), alice.expect("480 INVITE"));
            assertThat(NOTIFICATIONS).isEmpty();
        }
    }

    @Test
    void shouldRefuseAServiceThatItHasNoGatewayFor() {
        try (SipUserAgent agent = connect(1, callee(4))) {
            SipText refused = agent.register(";pn-provider=acme;pn-prid=1", 600);

            assertThat(refused.kind()).isEqualTo("555 REGISTER");
            assertThat(refused.header("Feature-Caps")).isEqualTo("*;+sip.pns=\"fcm\"");
            assertThat(agent.register(";pn-provider", 600).header("Feature-Caps")).isEqualTo("*;+sip.pns=\"fcm\"");
        }
    }
}
