package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.replication.ReplicationSettings;
import io.turnstone.node.signaling.RegistrationReply.Refused;
import io.turnstone.node.signaling.RegistrationReply.Registered;
import io.turnstone.node.signaling.RegistrationReply.TooBrief;
import io.turnstone.protocol.sip.SipTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Of a node without others, whose questions are all answered before the call returns. */
class ReplicatedLocationsTest {
    private static final String ALICE = "alice@example.com";
    private static final FlowName FLOW = new FlowName(1, 11, SipTransport.WS);
    private static final FlowName OTHER_FLOW = new FlowName(1, 12, SipTransport.WS);

    private long nowMs = TestNetwork.START_MS;
    private long usableMs = ClusterFlows.NOW;
    private final ReplicatedLocations locations = new ReplicatedLocations(1, RegistrationLimits.DEFAULT,
        ReplicationSettings.DEFAULT, (_, _) -> false, _ -> usableMs, () -> nowMs);
    private final SipEngine engine = new TestNetwork(false).engine(1);
    private long cseq;

    private RegistrationReply register(FlowName flow, String contact, long expiresS) {
        List<RegistrationReply> replies = new ArrayList<>();
        locations.replicator().onLive(Set.of(1L), Set.of(1L), nowMs);
        locations.register(
            ALICE,
            new Registration("call", ++cseq, false,
                List.of(new Registration.Contact(contact, 1000, expiresS, "", 0, PushResource.NONE)),
                "", flow),
            (reply, atMs) -> replies.add(reply));
        assertThat(replies).hasSize(1);
        return replies.getFirst();
    }

    private List<String> lookUp(LocationQuery query) {
        List<String> contacts = new ArrayList<>();
        locations.lookUp(query, (bindings, atMs) -> bindings.forEach(binding -> contacts.add(binding.contact())));
        return contacts;
    }

    private List<String> ofAlice() {
        return lookUp(new LocationQuery.OfAddress(ALICE));
    }

    @Test
    void shouldFindABindingByAddressNameAndContact() {
        Registered registered = (Registered) register(FLOW, "sip:xyz@abc.invalid;transport=ws", 600);
        register(OTHER_FLOW, "sip:alice@192.0.2.1:5070", 600);

        assertThat(ofAlice()).containsExactly("sip:xyz@abc.invalid;transport=ws", "sip:alice@192.0.2.1:5070");
        assertThat(lookUp(new LocationQuery.OfBinding(registered.bindings().getFirst().id())))
            .containsExactly("sip:xyz@abc.invalid;transport=ws");
        assertThat(lookUp(new LocationQuery.OfContact("xyz@abc.invalid")))
            .containsExactly("sip:xyz@abc.invalid;transport=ws");
        assertThat(lookUp(new LocationQuery.OfContact("xyz@other.invalid"))).isEmpty();
    }

    @Test
    void shouldNotFindWhatOnlyANodeThatIsNotHeardReaches() {
        register(FLOW, "sip:xyz@abc.invalid", 600);
        usableMs = nowMs;
        assertThat(ofAlice()).isEmpty();
        assertThat(lookUp(new LocationQuery.OfContact("xyz@abc.invalid"))).isEmpty();

        usableMs = ClusterFlows.NOW;

        assertThat(ofAlice()).hasSize(1);
    }

    @Test
    void shouldForgetAContactThatEnds() {
        register(FLOW, "sip:one@abc.invalid", 600);
        register(FLOW, "sip:one@abc.invalid", 0);

        assertThat(ofAlice()).isEmpty();
        assertThat(lookUp(new LocationQuery.OfContact("one@abc.invalid"))).isEmpty();
        assertThat(locations.size()).isZero();
        register(FLOW, "sip:one@abc.invalid", 600);
        assertThat(ofAlice()).hasSize(1);
    }

    @Test
    void shouldEndWhatExpiresWithoutBeingAsked() {
        register(FLOW, "sip:brief@abc.invalid", 60);
        register(FLOW, "sip:long@abc.invalid", 600);
        advance(60_000);
        assertThat(ofAlice()).containsExactly("sip:long@abc.invalid");

        advance(541_000);

        assertThat(ofAlice()).isEmpty();
        assertThat(locations.size()).isZero();
        assertThat(locations.replicator().counters().records()).isZero();
    }

    private void advance(long ms) {
        for (long end = nowMs + ms; nowMs < end; nowMs += 50) {
            locations.doWork(engine, nowMs);
        }
    }

    @Test
    void shouldKeepARefreshedBindingBeyondItsFirstExpiry() {
        register(FLOW, "sip:a@abc.invalid", 60);
        advance(50_000);
        register(FLOW, "sip:a@abc.invalid", 60);
        advance(50_000);

        assertThat(ofAlice()).containsExactly("sip:a@abc.invalid");
    }

    @Test
    void shouldEndWhatWasReachedOverAFlowThatFailed() {
        register(FLOW, "sip:a@abc.invalid", 600);
        register(OTHER_FLOW, "sip:b@abc.invalid", 600);

        locations.flowFailed(ALICE, FLOW);
        locations.flowFailed("nobody@example.com", FLOW);

        assertThat(ofAlice()).containsExactly("sip:b@abc.invalid");
    }

    @Test
    void shouldRememberNothingOfARegistrationThatWasRefused() {
        assertThat(register(FLOW, "sip:a@abc.invalid", 5)).isInstanceOf(TooBrief.class);
        register(FLOW, "sip:a@abc.invalid", 600);
        cseq = 0;

        assertThat(register(FLOW, "sip:a@abc.invalid", 700)).isInstanceOf(Refused.class);
        assertThat(locations.size()).isEqualTo(1);
    }

    @Test
    void shouldRefuseContactsForWhichNoMessageHasRoom() {
        String contact = "sip:" + "a".repeat(AddressRecord.OCTETS_MAX) + "@abc.invalid";

        assertThat(register(FLOW, contact, 600)).isEqualTo(new Refused(Responses.MESSAGE_TOO_LARGE));
        assertThat(locations.size()).isZero();
    }

    @Test
    void shouldAnswerWithoutARecordWhereNothingIsRegistered() {
        assertThat(register(FLOW, "sip:a@abc.invalid", 0)).isEqualTo(new Registered(List.of()));
        assertThat(locations.replicator().counters().records()).isZero();
    }

    @Test
    void shouldTellTheEngineOnceOfEachRegistrationAndItsAddress() {
        register(FLOW, "sip:a@abc.invalid", 600);

        assertThat(locations.doWork(engine, nowMs)).isEqualTo(2);
        assertThat(locations.doWork(engine, nowMs)).isZero();
    }
}
