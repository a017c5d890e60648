package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.signaling.PresenceCommand.Bound;
import io.turnstone.node.signaling.PresenceCommand.Notified;
import io.turnstone.node.signaling.PresenceCommand.Publish;
import io.turnstone.node.signaling.PresenceCommand.Subscribe;
import io.turnstone.node.signaling.PresenceCommand.Wake;
import io.turnstone.node.signaling.PresenceEffect.Notify;
import io.turnstone.node.signaling.PresenceEffect.Reply;
import io.turnstone.node.signaling.PresenceEffect.Respond;
import io.turnstone.node.signaling.PresenceEffect.WakeAt;
import io.turnstone.protocol.sip.SipTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PresenceTest {
    private static final long NOW_MS = 1_795_000_000_000L;
    private static final FlowName FLOW = new FlowName(1, 7, SipTransport.WS);
    private static final PresenceLimits LIMITS = new PresenceLimits(60, 3600, 600, 2, 3, 1000);
    private static final String TYPE = "application/pidf+xml";

    private Presence presence = new Presence("alice@example.com", PresenceState.NONE, LIMITS);

    private static Publish publish(String etag, long expiresS, String body) {
        return new Publish(1, etag, expiresS, body.isEmpty() ? "" : TYPE, body);
    }

    private static Subscribe subscribe(String toTag, String newTag, String event, long cseq, long expiresS) {
        Watcher watcher = new Watcher(
            "call", "tagB", "<sip:alice@example.com>", "<sip:bob@example.com>;tag=tagB", "sip:bob@b.invalid", "", null,
            FLOW);
        return new Subscribe(2, toTag, newTag, event, "", watcher, cseq, expiresS);
    }

    private static Binding binding(long id, String contact, long expiryMs) {
        return new Binding(new BindingId(1, id), "alice@example.com", contact, 1000, expiryMs, NOW_MS, "c&1", 3, "", 0,
            "",
            FLOW,
            PushResource.NONE,
            0);
    }

    private List<PresenceEffect> handle(PresenceCommand command, long nowMs) {
        return presence.handle(command, nowMs);
    }

    private Reply reply(PresenceCommand command, long nowMs) {
        return handle(command, nowMs).stream()
            .filter(Respond.class::isInstance)
            .map(effect -> ((Respond) effect).reply())
            .findFirst()
            .orElseThrow();
    }

    private String published(Publish command) {
        return ((Reply.Published) reply(command, NOW_MS)).etag();
    }

    private static List<Notify> notifies(List<PresenceEffect> effects) {
        return effects.stream().filter(Notify.class::isInstance).map(Notify.class::cast).toList();
    }

    private List<Notify> notifies(PresenceCommand command) {
        return notifies(handle(command, NOW_MS));
    }

    @Test
    void shouldAnswerASubscriptionAndThenTellTheState() {
        List<PresenceEffect> effects = handle(subscribe("", "s1", Presence.PRESENCE, 1, 120), NOW_MS);

        assertThat(effects).hasSize(3);
        assertThat(effects.get(0)).isEqualTo(new Respond(2, new Reply.Subscribed(120)));
        Notify first = (Notify) effects.get(1);
        assertThat(first.state()).isEqualTo("active;expires=120");
        assertThat(first.contentType()).isEqualTo(TYPE);
        assertThat(first.body()).contains("entity=\"sip:alice@example.com\"", "<basic>closed</basic>");
        assertThat(first.subscription().notifyCseq()).isEqualTo(1);
        assertThat(effects.get(2)).isEqualTo(new WakeAt(NOW_MS + 120_000));
    }

    @Test
    void shouldFollowTheRegistrationWhileNothingIsPublished() {
        handle(subscribe("", "s1", Presence.PRESENCE, 1, 600), NOW_MS);
        handle(new Notified("s1", true), NOW_MS);

        Binding binding = binding(1, "sip:a@x", NOW_MS + 60_000);
        assertThat(notifies(new Bound(List.of(binding)))).singleElement()
            .satisfies(notify -> assertThat(notify.body()).contains("<basic>open</basic>"));
        handle(new Notified("s1", true), NOW_MS);
        assertThat(notifies(new Bound(List.of(binding, binding(2, "sip:a@y", NOW_MS + 90_000))))).isEmpty();
        handle(publish("", 600, "<busy/>"), NOW_MS);
        handle(new Notified("s1", true), NOW_MS);
        assertThat(notifies(new Bound(List.of()))).isEmpty();
    }

    @Test
    void shouldCloseWhenTheLastBindingExpiresUnheard() {
        handle(new Bound(List.of()), NOW_MS);
        handle(subscribe("", "s1", Presence.PRESENCE, 1, 600), NOW_MS);
        handle(new Bound(List.of(binding(1, "sip:a@x", NOW_MS + 60_000))), NOW_MS);
        List<PresenceEffect> answered = handle(new Notified("s1", true), NOW_MS);

        assertThat(answered.getLast()).isEqualTo(new WakeAt(NOW_MS + 60_000));
        handle(new Notified("s1", true), NOW_MS);
        assertThat(notifies(handle(new Wake(), NOW_MS + 60_000))).singleElement()
            .satisfies(notify -> assertThat(notify.body()).contains("<basic>closed</basic>"));
    }

    @Test
    void shouldPassADocumentThroughAsItWasPublishedLast() {
        String desk = published(publish("", 600, "<desk/>"));
        String mobile = published(publish("", 600, "<mobile/>"));
        assertThat(notifies(subscribe("", "s1", Presence.PRESENCE, 1, 600)).getFirst().body()).isEqualTo("<mobile/>");
        handle(new Notified("s1", true), NOW_MS);

        String changed = published(publish(desk, 600, "<desk2/>"));
        assertThat(presence.state().publications()).extracting(Publication::body)
            .containsExactly("<mobile/>", "<desk2/>");
        String refreshed = published(publish(mobile, 600, ""));
        assertThat(presence.state().publications()).extracting(Publication::etag).containsExactly(refreshed, changed);
        assertThat(notifies(new Notified("s1", true)).size()).isZero();
        assertThat(notifies(publish(changed, 0, ""))).singleElement()
            .satisfies(notify -> assertThat(notify.body()).isEqualTo("<mobile/>"));
    }

    @Test
    void shouldTakeEachEntityTagOnce() {
        String first = published(publish("", 600, "<a/>"));
        String second = published(publish(first, 600, ""));

        assertThat(second).isNotEqualTo(first);
        assertThat(reply(publish(first, 600, "<b/>"), NOW_MS)).isEqualTo(new Reply.Refused(412));
        assertThat(reply(publish("", 600, ""), NOW_MS)).isEqualTo(new Reply.Refused(400));
        assertThat(reply(publish("", 59, "<b/>"), NOW_MS)).isEqualTo(new Reply.TooBrief(60));
        assertThat(reply(publish(second, 600, ""), NOW_MS + 600_000)).isEqualTo(new Reply.Refused(412));
    }

    @Test
    void shouldGrantNoMoreThanTheLimits() {
        assertThat(((Reply.Published) reply(publish("", 9_999, "<a/>"), NOW_MS)).expiresS()).isEqualTo(3600);
        assertThat(((Reply.Published) reply(publish("", PresenceCommand.EXPIRES_DEFAULT, "<b/>"), NOW_MS)).expiresS())
            .isEqualTo(600);
        published(publish("", 600, "<c/>"));
        assertThat(presence.state().publications()).extracting(Publication::body).containsExactly("<b/>", "<c/>");
        for (int i = 0; i < 3; i++) {
            assertThat(reply(subscribe("", "s" + i, Presence.PRESENCE, 1, 600), NOW_MS))
                .isEqualTo(new Reply.Subscribed(600));
        }
        assertThat(reply(subscribe("", "s3", Presence.PRESENCE, 1, 600), NOW_MS)).isEqualTo(new Reply.Refused(503));
        assertThat(reply(subscribe("", "s3", Presence.PRESENCE, 1, 59), NOW_MS)).isEqualTo(new Reply.Refused(503));
        assertThat(reply(subscribe("s1", "", Presence.PRESENCE, 2, 59), NOW_MS)).isEqualTo(new Reply.TooBrief(60));
    }

    @Test
    void shouldRefreshAndEndTheSubscriptionThatARequestNames() {
        handle(subscribe("", "s1", Presence.PRESENCE, 5, 600), NOW_MS);
        handle(new Notified("s1", true), NOW_MS);

        assertThat(reply(subscribe("s2", "n", Presence.PRESENCE, 6, 600), NOW_MS)).isEqualTo(new Reply.Refused(481));
        assertThat(reply(subscribe("s1", "n", Presence.REGISTRATION, 6, 600), NOW_MS))
            .isEqualTo(new Reply.Refused(481));
        assertThat(reply(subscribe("s1", "n", Presence.PRESENCE, 4, 600), NOW_MS)).isEqualTo(new Reply.Refused(500));
        assertThat(notifies(subscribe("s1", "n", Presence.PRESENCE, 6, 700))).singleElement()
            .satisfies(notify -> assertThat(notify.state()).isEqualTo("active;expires=700"));
        List<Notify> last = notifies(subscribe("s1", "n", Presence.PRESENCE, 7, 0));
        assertThat(last).singleElement()
            .satisfies(notify -> assertThat(notify.state()).isEqualTo("terminated;reason=timeout"));
        assertThat(last.getFirst().subscription().notifyCseq()).isEqualTo(3);
        assertThat(presence.isIdle()).isTrue();
    }

    @Test
    void shouldLetSomebodyLookOnce() {
        published(publish("", 600, "<a/>"));

        List<Notify> looks = notifies(subscribe("", "s1", Presence.PRESENCE, 1, 0));

        assertThat(looks).singleElement().satisfies(notify -> {
            assertThat(notify.state()).isEqualTo("terminated;reason=timeout");
            assertThat(notify.body()).isEqualTo("<a/>");
        });
        assertThat(presence.state().subscriptions()).isEmpty();
    }

    @Test
    void shouldSendOneNotifyAtATimeAndTheLatestStateThen() {
        handle(subscribe("", "s1", Presence.PRESENCE, 1, 600), NOW_MS);
        assertThat(notifies(publish("", 600, "<a/>"))).isEmpty();
        assertThat(notifies(publish("", 600, "<b/>"))).isEmpty();

        assertThat(notifies(new Notified("s1", true))).singleElement().satisfies(notify -> {
            assertThat(notify.body()).isEqualTo("<b/>");
            assertThat(notify.subscription().notifyCseq()).isEqualTo(2);
        });
        assertThat(notifies(new Notified("s1", true))).isEmpty();
    }

    @Test
    void shouldEndASubscriptionWhoseWatcherIsGone() {
        handle(subscribe("", "s1", Presence.PRESENCE, 1, 600), NOW_MS);

        assertThat(notifies(new Notified("s1", false))).isEmpty();
        assertThat(presence.state()).isEqualTo(PresenceState.NONE);
    }

    @Test
    void shouldTellWhenASubscriptionExpires() {
        handle(subscribe("", "s1", Presence.PRESENCE, 1, 60), NOW_MS);

        assertThat(notifies(handle(new Wake(), NOW_MS + 60_000))).singleElement()
            .satisfies(notify -> assertThat(notify.state()).isEqualTo("terminated;reason=timeout"));
        assertThat(handle(new Wake(), NOW_MS + 60_001)).isEmpty();
    }

    @Test
    void shouldTellTheContactsOfARegistration() {
        handle(new Bound(List.of(binding(1, "sip:a@x;t=\"<&", NOW_MS + 600_000))), NOW_MS);
        Notify first = notifies(subscribe("", "s1", Presence.REGISTRATION, 1, 600)).getFirst();

        assertThat(first.contentType()).isEqualTo("application/reginfo+xml");
        assertThat(first.body()).contains(
            "version=\"0\" state=\"full\"", "aor=\"sip:alice@example.com\"", "state=\"active\"",
            "<contact id=\"c1\" state=\"active\" event=\"registered\" callid=\"c&amp;1\" cseq=\"3\">",
            "<uri>sip:a@x;t=&quot;&lt;&amp;</uri>");
        handle(new Notified("s1", true), NOW_MS);
        assertThat(notifies(publish("", 600, "<a/>"))).isEmpty();
        assertThat(notifies(new Bound(List.of(binding(1, "sip:a@x;t=\"<&", NOW_MS + 900_000))))).isEmpty();
        assertThat(notifies(new Bound(List.of()))).singleElement()
            .satisfies(notify -> assertThat(notify.body()).contains("version=\"1\"", "state=\"terminated\""));
    }

    static LongStream seeds() {
        return LongStream.range(0, 100);
    }

    /** Whatever happens: a machine that was made from its state goes on like the other, and all ends in time. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldGoOnFromItsState(long seed) {
        Random random = new Random(seed);
        Presence moved = new Presence("alice@example.com", PresenceState.NONE, LIMITS);
        List<String> etags = new ArrayList<>(List.of(""));
        long nowMs = NOW_MS;
        for (int step = 0; step < 60; step++) {
            nowMs += random.nextInt(40_000);
            PresenceCommand command = command(random, etags, step, nowMs);
            List<PresenceEffect> effects = presence.handle(command, nowMs);
            moved = new Presence("alice@example.com", moved.state(), LIMITS);

            assertThat(moved.handle(command, nowMs)).isEqualTo(effects);
            assertThat(moved.state()).isEqualTo(presence.state());
            for (PresenceEffect effect : effects) {
                if (effect instanceof Respond(long _, Reply.Published(String etag, long _))) {
                    assertThat(etags).doesNotContain(etag);
                    etags.add(etag);
                }
            }
        }
        presence.handle(new Wake(), nowMs + 3_600_000);
        assertThat(presence.isIdle()).isTrue();
    }

    private static PresenceCommand command(Random random, List<String> etags, int step, long nowMs) {
        long expiresS = List.of(0L, 30L, 60L, 900L, PresenceCommand.EXPIRES_DEFAULT).get(random.nextInt(5));
        String event = random.nextBoolean() ? Presence.PRESENCE : Presence.REGISTRATION;
        return switch (random.nextInt(5)) {
            case 0 -> publish(
                etags.get(random.nextInt(etags.size())), expiresS, random.nextBoolean() ? "" : "<d" + step + "/>");
            case 1 -> subscribe("", "s" + step, event, step, expiresS);
            case 2 -> subscribe("s" + random.nextInt(step + 1), "n" + step, event, step, expiresS);
            case 3 -> new Notified("s" + random.nextInt(step + 1), random.nextInt(4) > 0);
            default -> new Bound(
                random.nextBoolean() ? List.of() : List.of(binding(random.nextInt(2), "sip:a@x", nowMs + 60_000)));
        };
    }
}
