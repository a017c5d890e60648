package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Presence over three nodes: whoever publishes or watches where, one node answers, and the next one goes on without it. */
class PresenceClusterTest {
    private static final Map<String, String> PASSWORDS = new TreeMap<>(
        Map.of("alice", "wonder", "carol", "king", "dave", "cave"));

    private final AgentNetwork network = new AgentNetwork();
    private final Map<String, TestPhone> publishers = new TreeMap<>();
    private final Map<String, TestMessage> subscribed = new TreeMap<>();
    private final Map<String, Long> lastCseq = new TreeMap<>();
    private final TestPhone watcher = TestPhone.browser(network, "bob", "builder", 2);

    private static String uri(String user) {
        return "sip:" + user + "@" + TestNetwork.DOMAIN;
    }

    /** Bob, at node 2, watches everybody else: their homes are different nodes. */
    private void watchAll() {
        watcher.register();
        PASSWORDS.forEach((user, password) -> {
            TestPhone phone = TestPhone.browser(network, user, password, 1);
            publishers.put(user, phone);
            watcher.ask(
                "SUBSCRIBE", uri(user), "Event: presence\nExpires: 600\nContact: " + watcher.contact() + "\n");
            subscribed.put(user, watcher.expect("200 SUBSCRIBE"));
            notified(user);
        });
    }

    /** The body of the next NOTIFY about that user, which has a higher CSeq than all before. */
    private String notified(String user) {
        TestMessage notify = watcher.expect("NOTIFY");
        assertThat(notify.header("From")).contains(uri(user));
        assertThat(notify.cseqNumber()).isGreaterThan(lastCseq.getOrDefault(user, 0L));
        lastCseq.put(user, notify.cseqNumber());
        watcher.reply(notify, 200);
        network.settle();
        return notify.body();
    }

    private TestMessage publish(TestPhone phone, String user, String lines, String body) {
        TestMessage request = phone.authorized("PUBLISH", uri(user), "Event: presence\nExpires: 600\n" + lines);
        phone.send(request.withBody("application/pidf+xml", body));
        return phone.expect("200 PUBLISH");
    }

    private int homes() {
        network.advance(300);
        return (int) LongStream.of(1, 2, 3).filter(node -> network.agent(node).sizes().presence() > 0).count();
    }

    @Test
    void shouldShowWhatIsPublishedAtAnotherNode() {
        watchAll();
        assertThat(homes()).as("nodes that are somebody's home").isGreaterThan(1);
        publishers.forEach((user, phone) -> {
            publish(phone, user, "", "<" + user + "/>");
            assertThat(notified(user)).isEqualTo("<" + user + "/>");
        });
    }

    @Test
    void shouldFollowRegistrationsAtOtherNodes() {
        watchAll();
        TestPhone carol = Objects.requireNonNull(publishers.get("carol"));
        carol.register();
        assertThat(notified("carol")).contains("<basic>open</basic>");
        carol.disconnect();
        network.settle();
        assertThat(notified("carol")).contains("<basic>closed</basic>");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 3})
    void shouldGoOnWithoutTheNodeThatLookedAfterIt(long dead) {
        watchAll();
        Map<String, String> etags = new TreeMap<>();
        publishers.forEach((user, phone) -> {
            etags.put(user, publish(phone, user, "", "<" + user + "/>").header("SIP-ETag"));
            notified(user);
        });

        network.kill(dead);
        network.advance(3_000);
        for (int i = 0; i < 3; i++) {
            watcher.answerAll("NOTIFY", 200);
        }

        publishers.forEach((user, phone) -> {
            phone.connect(dead == 1 ? 3 : 1);
            publish(phone, user, "SIP-If-Match: " + etags.get(user) + "\n", "<changed/>");
            assertThat(notified(user)).isEqualTo("<changed/>");
        });
    }

    @Test
    void shouldTakeARefreshAtAnyNode() {
        watchAll();
        watcher.disconnect();
        watcher.connect(3);
        watcher.register();
        network.settle();

        subscribed.forEach((user, answer) -> {
            TestMessage request = watcher.authorized(
                "SUBSCRIBE", uri(user), "Event: presence\nExpires: 600\nContact: " + watcher.contact() + "\n");
            watcher.send(request.inDialogOf(answer));
            assertThat(watcher.expect("200 SUBSCRIBE").tag("To")).isEqualTo(answer.tag("To"));
            notified(user);
        });
    }

    @Test
    void shouldEndASubscriptionEverywhere() {
        watchAll();
        network.advance(600_000);
        for (int i = 0; i < PASSWORDS.size(); i++) {
            TestMessage last = watcher.expect("NOTIFY");
            assertThat(last.header("Subscription-State")).isEqualTo("terminated;reason=timeout");
            watcher.reply(last, 200);
        }
        network.advance(300);
        assertThat(homes()).isZero();
    }
}
