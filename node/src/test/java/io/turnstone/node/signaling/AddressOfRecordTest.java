package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.turnstone.node.signaling.AddressOfRecordCommand.FlowFailed;
import io.turnstone.node.signaling.AddressOfRecordCommand.Register;
import io.turnstone.node.signaling.AddressOfRecordEffect.Announce;
import io.turnstone.node.signaling.AddressOfRecordEffect.Respond;
import io.turnstone.node.signaling.Registration.Contact;
import io.turnstone.node.signaling.RegistrationReply.Refused;
import io.turnstone.node.signaling.RegistrationReply.Registered;
import io.turnstone.node.signaling.RegistrationReply.TooBrief;
import io.turnstone.protocol.sip.SipTransport;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RFC 3261 §10.3, RFC 5626 §6. */
class AddressOfRecordTest {
    private static final long NOW_MS = 1_000_000;
    private static final long ABSENCE_MS = 10_000;
    private static final PushResource PHONE = new PushResource("fcm", "token", "project");
    private static final FlowName HERE = new FlowName(1, 11, SipTransport.WS);
    private static final FlowName THERE = new FlowName(2, 22, SipTransport.WS);
    private static final String INSTANCE = "<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>";

    private final RegistrationLimits limits = new RegistrationLimits(60, 7_200, 3_600, 3, ABSENCE_MS);
    private final AddressOfRecord alice = new AddressOfRecord("alice@example.com", List.of(), limits);
    private long cseq;

    private static Contact contact(String uri, long expiresS) {
        return new Contact(uri, 1000, expiresS, "", 0, PushResource.NONE);
    }

    private static Contact flow(String uri, int registrationId) {
        return new Contact(uri, 1000, 600, INSTANCE, registrationId, PushResource.NONE);
    }

    private List<AddressOfRecordEffect> register(FlowName flow, long nowMs, Contact... contacts) {
        return alice.handle(new Register(registration("call", ++cseq, flow, contacts)), nowMs);
    }

    private static Registration registration(String callId, long cseq, FlowName flow, Contact... contacts) {
        return new Registration(callId, cseq, false, List.of(contacts), "", flow);
    }

    private static RegistrationReply reply(List<AddressOfRecordEffect> effects) {
        return ((Respond) effects.getLast()).reply();
    }

    private List<String> contacts(long nowMs) {
        return alice.bindings(nowMs).stream().map(Binding::contact).toList();
    }

    @Test
    void shouldAnnounceABindingBeforeItAnswersWithAll() {
        register(HERE, NOW_MS, contact("sip:a@192.0.2.1", 600));
        List<AddressOfRecordEffect> effects = register(THERE, NOW_MS + 5, contact("sip:a@192.0.2.2", 300));

        List<Binding> bindings = alice.bindings(NOW_MS + 5);
        assertThat(contacts(NOW_MS + 5)).containsExactly("sip:a@192.0.2.1", "sip:a@192.0.2.2");
        assertThat(effects).containsExactly(
            new Announce(bindings),
            new Respond(new Registered(bindings)));
        assertThat(bindings.get(1).flow()).isEqualTo(THERE);
        assertThat(bindings.get(1).expiryMs()).isEqualTo(NOW_MS + 5 + 300_000);
    }

    @Test
    void shouldOnlyListWithoutAContact() {
        register(HERE, NOW_MS, contact("sip:a@192.0.2.1", 600));
        assertThat(register(HERE, NOW_MS + 1)).containsExactly(new Respond(new Registered(alice.bindings(NOW_MS))));
    }

    @Test
    void shouldRefreshUnderTheSameNameWhateverTheFlow() {
        register(HERE, NOW_MS, contact("sip:a@192.0.2.1", 600));
        BindingId id = alice.bindings(NOW_MS).getFirst().id();
        register(THERE, NOW_MS + 1_000, contact("sip:a@192.0.2.1", 600));

        assertThat(alice.bindings(NOW_MS)).hasSize(1);
        Binding binding = alice.bindings(NOW_MS).getFirst();
        assertThat(binding.id()).isEqualTo(id);
        assertThat(binding.flow()).isEqualTo(THERE);
        assertThat(binding.registeredMs()).isEqualTo(NOW_MS + 1_000);
    }

    @Test
    void shouldEndABindingWithExpiryZeroAndAllWithTheStar() {
        register(HERE, NOW_MS, contact("sip:a@192.0.2.1", 600), contact("sip:a@192.0.2.2", 600));
        register(HERE, NOW_MS, contact("sip:a@192.0.2.1", 0), contact("sip:a@192.0.2.9", 0));
        assertThat(contacts(NOW_MS)).containsExactly("sip:a@192.0.2.2");

        Registration star = new Registration("call", ++cseq, true, List.of(), "", HERE);
        List<AddressOfRecordEffect> effects = alice.handle(new Register(star), NOW_MS);
        assertThat(effects).containsExactly(new Announce(List.of()), new Respond(new Registered(List.of())));
    }

    @Test
    void shouldRefuseABriefExpiryAndChangeNothing() {
        List<AddressOfRecordEffect> effects = register(
            HERE,
            NOW_MS,
            contact("sip:a@192.0.2.1", 600),
            contact("sip:a@192.0.2.2", 59));

        assertThat(effects).containsExactly(new Respond(new TooBrief(60)));
        assertThat(alice.bindings(NOW_MS)).isEmpty();
    }

    @Test
    void shouldShortenALongExpiryAndKnowADefault() {
        register(
            HERE,
            NOW_MS,
            contact("sip:a@192.0.2.1", 0xFFFF_FFFFL),
            contact("sip:a@192.0.2.2", Registration.EXPIRES_DEFAULT));

        assertThat(alice.bindings(NOW_MS)).extracting(Binding::expiryMs)
            .containsExactly(NOW_MS + 7_200_000, NOW_MS + 3_600_000);
    }

    @Test
    void shouldRefuseAnOlderCSeqOfTheSameCallOnly() {
        alice.handle(new Register(registration("one", 5, HERE, contact("sip:a@192.0.2.1", 600))), NOW_MS);
        Registration older = registration("one", 4, THERE, contact("sip:a@192.0.2.1", 0));
        assertThat(reply(alice.handle(new Register(older), NOW_MS))).isEqualTo(new Refused(500));
        Registration olderStar = new Registration("one", 4, true, List.of(), "", HERE);
        assertThat(reply(alice.handle(new Register(olderStar), NOW_MS))).isEqualTo(new Refused(500));
        assertThat(alice.bindings(NOW_MS)).hasSize(1);

        Registration otherCall = registration("two", 1, THERE, contact("sip:a@192.0.2.1", 600));
        assertThat(reply(alice.handle(new Register(otherCall), NOW_MS))).isInstanceOf(Registered.class);
        assertThat(alice.bindings(NOW_MS).getFirst().flow()).isEqualTo(THERE);
    }

    @Test
    void shouldTakeTheSameCSeqForTheSameRequest() {
        Register request = new Register(registration("one", 5, HERE, contact("sip:a@192.0.2.1", 600)));
        alice.handle(request, NOW_MS);
        List<Binding> before = alice.bindings(NOW_MS);

        assertThat(reply(alice.handle(request, NOW_MS + 500))).isEqualTo(new Registered(before));
    }

    @Test
    void shouldReplaceTheFlowOfAnInstanceWhateverItsContact() {
        register(HERE, NOW_MS, flow("sip:x@one.invalid", 1));
        register(THERE, NOW_MS, flow("sip:y@two.invalid", 1));
        assertThat(contacts(NOW_MS)).containsExactly("sip:y@two.invalid");

        register(HERE, NOW_MS, flow("sip:y@two.invalid", 2));
        assertThat(alice.bindings(NOW_MS)).extracting(Binding::registrationId).containsExactly(1, 2);
    }

    @Test
    void shouldEndWhatAFailedFlowCarriedAndNothingElse() {
        register(HERE, NOW_MS, contact("sip:x@one.invalid", 600));
        register(THERE, NOW_MS, contact("sip:x@one.invalid", 600));
        assertThat(alice.handle(new FlowFailed(HERE), NOW_MS)).isEmpty();
        assertThat(alice.handle(new FlowFailed(THERE), NOW_MS)).containsExactly(new Announce(List.of()));
    }

    @Test
    void shouldForgetExactlyWhatHasExpired() {
        register(HERE, NOW_MS, contact("sip:a@192.0.2.1", 60), contact("sip:a@192.0.2.2", 120));

        assertThat(alice.handle(new FlowFailed(THERE), NOW_MS + 59_999)).isEmpty();
        assertThat(contacts(NOW_MS + 60_000)).containsExactly("sip:a@192.0.2.2");
        assertThat(alice.handle(new FlowFailed(THERE), NOW_MS + 60_000))
            .containsExactly(new Announce(alice.bindings(NOW_MS + 60_000)));
    }

    @Test
    void shouldMakeRoomForTheNewestBindings() {
        for (int i = 1; i <= 4; i++) {
            register(HERE, NOW_MS + i, contact("sip:a@192.0.2." + i, 600));
        }
        assertThat(contacts(NOW_MS + 9)).containsExactly("sip:a@192.0.2.2", "sip:a@192.0.2.3", "sip:a@192.0.2.4");
    }

    @Test
    void shouldGoOnFromWhatWasAnnounced() {
        register(HERE, NOW_MS, flow("sip:x@one.invalid", 1));
        AddressOfRecord elsewhere = new AddressOfRecord("alice@example.com", alice.bindings(NOW_MS), limits);
        Registration again = registration("call", ++cseq, THERE, flow("sip:z@three.invalid", 1));
        elsewhere.handle(new Register(again), NOW_MS);

        assertThat(elsewhere.bindings(NOW_MS)).extracting(Binding::id)
            .containsExactly(alice.bindings(NOW_MS).getFirst().id());
    }

    @Test
    void shouldRefuseLimitsThatContradictEachOther() {
        assertThatIllegalArgumentException().isThrownBy(() -> new RegistrationLimits(60, 50, 60, 1, 0))
            .withMessageContaining("60 to 50 s");
    }

    private List<AddressOfRecordEffect> lose(FlowName flow, long nowMs) {
        return alice.handle(new FlowFailed(flow), nowMs);
    }

    @Test
    void shouldExpectAFlowOfOutboundBackForAMoment() {
        register(HERE, NOW_MS, flow("sip:a@192.0.2.1", 1), contact("sip:b@192.0.2.1", 600));

        assertThat(lose(HERE, NOW_MS + 1)).hasSize(1);
        assertThat(contacts(NOW_MS + ABSENCE_MS)).containsExactly("sip:a@192.0.2.1");
        assertThat(alice.bindings(NOW_MS + ABSENCE_MS).getFirst().isAway()).isTrue();
        assertThat(lose(HERE, NOW_MS + 2)).isEmpty();
        assertThat(contacts(NOW_MS + 1 + ABSENCE_MS)).isEmpty();
        assertThat(lose(HERE, NOW_MS + 1 + ABSENCE_MS)).containsExactly(new Announce(List.of()));
    }

    @Test
    void shouldKnowAnAwayOneAgainWhenItIsRegistered() {
        register(HERE, NOW_MS, flow("sip:a@192.0.2.1", 1));
        lose(HERE, NOW_MS + 1);
        register(THERE, NOW_MS + 2, flow("sip:c@192.0.2.1", 1));

        Binding back = alice.bindings(NOW_MS + 2).getFirst();
        assertThat(back.isAway()).isFalse();
        assertThat(back.flow()).isEqualTo(THERE);
    }

    @Test
    void shouldKeepWhoCanBeWokenUntilItExpires() {
        Contact pushed = new Contact("sip:a@192.0.2.1", 1000, 600, "", 0, PHONE);
        register(HERE, NOW_MS, pushed);
        lose(HERE, NOW_MS + 1);

        assertThat(contacts(NOW_MS + 599_999)).hasSize(1);
        assertThat(contacts(NOW_MS + 600_000)).isEmpty();
    }

    @Test
    void shouldKnowWhoCanBeWokenByThatAndNotByItsContact() {
        register(HERE, NOW_MS, new Contact("sip:a@192.0.2.1", 1000, 600, "", 0, PHONE));
        register(THERE, NOW_MS + 1, new Contact("sip:a@192.0.2.9", 1000, 600, "", 0, PHONE));
        assertThat(contacts(NOW_MS + 1)).containsExactly("sip:a@192.0.2.9");

        register(THERE, NOW_MS + 2, contact("sip:a@192.0.2.9", 0));
        assertThat(contacts(NOW_MS + 2)).isEmpty();
    }
}
