package io.turnstone.loadtest.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.sip.SipText;
import io.turnstone.loadtest.sip.SipUserAgent;
import io.turnstone.loadtest.sip.SipUserAgent.Identity;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Presence over three nodes: users and watchers are at any of them, and one is killed that looks after some. */
@Timeout(180)
class PresenceClusterIT {
    private static final int NODES = 3;
    /** Each node is the home of some. */
    private static final int USERS = 16;
    private static final int WATCHERS_NODE = 0;
    private static final int USERS_NODE = 1;
    private static final int THIRD_NODE = 2;
    private static final int NOTIFIES_MAX = 4 * USERS;
    private static final String DOMAIN = "sip.test";
    private static final String CRLF = "\r\n";
    private static final String PUBLISH = "Event: presence" + CRLF + "Content-Type: application/pidf+xml" + CRLF;

    private final List<SipUserAgent> users = new ArrayList<>();
    private TurnstoneCluster cluster;
    private SipUserAgent watcher;

    @BeforeEach
    void start() {
        List<String> flags = new ArrayList<>(List.of("--sip-domain", DOMAIN, "--user", "watcher:w"));
        for (int i = 0; i < USERS; i++) {
            flags.addAll(List.of("--user", "user" + i + ":pass" + i));
        }
        cluster = TurnstoneCluster.start("presence", NODES, flags.toArray(String[]::new));
        watcher = connect(WATCHERS_NODE, new Identity(DOMAIN, "watcher", "w"));
        for (int i = 0; i < USERS; i++) {
            users.add(connect(USERS_NODE, new Identity(DOMAIN, "user" + i, "pass" + i)));
        }
    }

    @AfterEach
    void stop() {
        if (cluster != null) {
            cluster.close();
        }
        users.forEach(SipUserAgent::close);
        if (watcher != null) {
            watcher.close();
        }
    }

    private SipUserAgent connect(int node, Identity identity) {
        return SipUserAgent.connect(cluster.webSocketPort(node), identity);
    }

    /** How many users' presence the node looks after. */
    private double lookedAfter(int node) {
        return cluster.node(node).admin().metrics().sum("turnstone_sip_presence");
    }

    /** Takes NOTIFYs until one tells that about the user. */
    private void awaitNotified(SipUserAgent user, String part) {
        for (int i = 0; i < NOTIFIES_MAX; i++) {
            SipText notify = watcher.expect("NOTIFY");
            watcher.reply(notify, 200, "");
            if (notify.header("From").contains(user.addressOfRecord()) && notify.body().contains(part)) {
                return;
            }
        }
        throw new AssertionError("the watcher is never told " + part + " of " + user.addressOfRecord());
    }

    @Test
    void shouldGoOnWhenTheNodeDiesThatLooksAfterUsers() {
        assertThat(watcher.register(600).kind()).isEqualTo("200 REGISTER");
        List<String> etags = new ArrayList<>();
        for (SipUserAgent user : users) {
            watcher.ask("SUBSCRIBE", user.addressOfRecord(), "Event: presence" + CRLF + "Expires: 600" + CRLF
                + "Contact: <" + watcher.contact() + ">" + CRLF, "");
            watcher.expect("200 SUBSCRIBE");
            awaitNotified(user, "<basic>closed</basic>");
            user.ask("PUBLISH", user.addressOfRecord(), PUBLISH, "<before/>");
            etags.add(user.expect("200 PUBLISH").header("SIP-ETag"));
            awaitNotified(user, "<before/>");
        }
        cluster.node(THIRD_NODE).process().await("users to look after", 5, () -> lookedAfter(THIRD_NODE) > 0);

        cluster.kill(THIRD_NODE);
        cluster.node(WATCHERS_NODE)
            .process()
            .await(
                "all users looked after", 10,
                () -> lookedAfter(WATCHERS_NODE) + lookedAfter(USERS_NODE) == USERS);

        for (int i = 0; i < USERS; i++) {
            SipUserAgent user = users.get(i);
            user.ask("PUBLISH", user.addressOfRecord(), PUBLISH + "SIP-If-Match: " + etags.get(i) + CRLF, "<after/>");
            user.expect("200 PUBLISH");
            awaitNotified(user, "<after/>");
        }
    }
}
