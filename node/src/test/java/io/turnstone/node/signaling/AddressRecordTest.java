package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.sip.SipTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRecordTest {
    private static final String ALICE = "alice@example.com";
    private static final long ID = new BindingIds().addressOfRecord(ALICE);
    private static final long NOW_MS = TestNetwork.START_MS;
    private static final long LATER_MS = NOW_MS + 600_000;

    private final AddressRecordCodec codec = new AddressRecordCodec();

    private static Binding binding(long name, long node, long registeredMs) {
        return new Binding(new BindingId(ID, name), ALICE, "sip:a" + name + "@x.invalid", 1000, LATER_MS, registeredMs,
            "call", 1, "<urn:x>", 1, "<sip:edge;lr>", new FlowName(node, 10 * node, SipTransport.WSS),
            PushResource.NONE, 0);
    }

    private static AddressRecord first(long node, Binding... bindings) {
        return AddressRecord.first(ID, ALICE, node, NOW_MS).with(List.of(bindings), node, NOW_MS);
    }

    @Test
    void shouldKeepTheBindingsThatTwoNodesMadeAtOnce() {
        AddressRecord here = first(1, binding(7, 1, NOW_MS));
        AddressRecord there = first(2, binding(8, 2, NOW_MS));

        AddressRecord merged = here.merge(there);

        assertThat(merged).isEqualTo(there.merge(here));
        assertThat(merged.bindings()).containsExactlyInAnyOrder(binding(7, 1, NOW_MS), binding(8, 2, NOW_MS));
    }

    @Test
    void shouldTakeTheNewestRegistrationOfABinding() {
        AddressRecord here = first(1, binding(7, 1, NOW_MS));
        AddressRecord there = first(2, binding(7, 2, NOW_MS + 5));

        assertThat(here.merge(there).bindings()).containsExactly(binding(7, 2, NOW_MS + 5));
        assertThat(there.merge(here).bindings()).containsExactly(binding(7, 2, NOW_MS + 5));
    }

    @Test
    void shouldBringNothingBackThatHasEnded() {
        AddressRecord before = first(1, binding(7, 1, NOW_MS), binding(8, 1, NOW_MS));
        AddressRecord ended = before.with(List.of(binding(8, 1, NOW_MS)), 1, NOW_MS + 10);
        AddressRecord unknowing = before
            .with(List.of(binding(7, 1, NOW_MS), binding(8, 2, NOW_MS + 11)), 2, NOW_MS + 11);

        AddressRecord merged = ended.merge(unknowing);

        assertThat(merged.bindings()).containsExactly(binding(8, 2, NOW_MS + 11));
        assertThat(merged.ended()).containsExactly(new AddressRecord.Ended(7, NOW_MS, LATER_MS));
    }

    @Test
    void shouldNotEndWhatWasRegisteredElsewhereMeanwhile() {
        AddressRecord before = first(1, binding(7, 1, NOW_MS));
        AddressRecord lost = before.with(List.of(), 1, NOW_MS + 50);
        AddressRecord reconnected = before.with(List.of(binding(7, 2, NOW_MS + 20)), 2, NOW_MS + 20);

        assertThat(lost.merge(reconnected).bindings()).containsExactly(binding(7, 2, NOW_MS + 20));
        assertThat(lost.merge(reconnected).ended()).isEmpty();
    }

    @Test
    void shouldBeNewerThanWhatItsAuthorKnewWhateverClocksSay() {
        AddressRecord ahead = first(1, binding(7, 1, NOW_MS + 500));

        AddressRecord refreshed = ahead.with(List.of(binding(7, 2, NOW_MS + 100)), 2, NOW_MS + 100);
        AddressRecord ended = ahead.with(List.of(), 2, NOW_MS + 100);
        AddressRecord again = ended.with(List.of(binding(7, 3, NOW_MS + 200)), 3, NOW_MS + 200);

        assertThat(refreshed.bindings()).containsExactly(binding(7, 2, NOW_MS + 501));
        assertThat(again.bindings()).containsExactly(binding(7, 3, NOW_MS + 501));
        assertThat(again.ended()).isEmpty();
    }

    @Test
    void shouldKnowThatAFlowIsGoneUnlessItsBindingWasRegisteredElsewhere() {
        Binding binding = binding(7, 1, NOW_MS);
        AddressRecord before = first(1, binding);
        AddressRecord away = before.with(List.of(binding.awayUntil(NOW_MS + 10_000)), 1, NOW_MS + 50);
        AddressRecord unknowing = before.with(List.of(binding, binding(8, 2, NOW_MS + 60)), 2, NOW_MS + 60);
        AddressRecord reconnected = before.with(List.of(binding(7, 2, NOW_MS + 20)), 2, NOW_MS + 20);

        assertThat(away.bindings()).containsExactly(binding.awayUntil(NOW_MS + 10_000));
        assertThat(unknowing.merge(away).bindings())
            .containsExactlyInAnyOrder(binding.awayUntil(NOW_MS + 10_000), binding(8, 2, NOW_MS + 60));
        assertThat(away.merge(reconnected).bindings()).containsExactly(binding(7, 2, NOW_MS + 20));
        AddressRecord over = away.with(List.of(), 1, NOW_MS + 10_000);
        assertThat(over.merge(unknowing).bindings()).containsExactly(binding(8, 2, NOW_MS + 60));
    }

    @Test
    void shouldLeaveABindingAsItIsThatDoesNotChange() {
        AddressRecord before = first(1, binding(7, 1, NOW_MS));

        AddressRecord after = before.with(List.of(binding(7, 1, NOW_MS), binding(8, 1, NOW_MS + 9)), 1, NOW_MS + 9);

        assertThat(after.bindings()).containsExactly(binding(7, 1, NOW_MS), binding(8, 1, NOW_MS + 9));
        assertThat(after.lineage().version()).isEqualTo(before.lineage().version().next());
        assertThat(after.lineage().covers(before.lineage().version())).isTrue();
    }

    @Test
    void shouldRememberOfWhatHasEndedTheNewestAndNothingBeyondItsTime() {
        AddressRecord record = first(1);
        for (int i = 0; i <= AddressRecord.ENDED_MAX; i++) {
            record = record.with(List.of(binding(i, 1, NOW_MS + i)), 1, NOW_MS + i);
        }
        record = record.with(List.of(), 1, NOW_MS + 100);

        assertThat(record.ended()).hasSize(AddressRecord.ENDED_MAX)
            .doesNotContain(new AddressRecord.Ended(0, NOW_MS, LATER_MS));
        assertThat(record.deadlineMs()).isEqualTo(LATER_MS);
        assertThat(record.with(List.of(), 1, LATER_MS).ended()).isEmpty();
    }

    @Test
    void shouldSayWhenItIsTooLongForAMessage() {
        Binding brief = binding(7, 1, NOW_MS);
        Binding text = new Binding(brief.id(), ALICE, "sip:" + "ä".repeat(3_300) + "@x", 1000, LATER_MS, NOW_MS, "call",
            1, "", 0, "", brief.flow(), PushResource.NONE, 0);

        assertThat(first(1, brief).isTooLong()).isFalse();
        assertThat(first(1, text).isTooLong()).isTrue();
        assertThat(codec.encode(first(1, text)).length).isLessThan(AddressRecord.OCTETS_MAX);
    }

    @Test
    void shouldSurviveTheWire() {
        AddressRecord record = first(-1, binding(7, -1, NOW_MS), binding(8, Long.MIN_VALUE, NOW_MS))
            .with(List.of(binding(8, Long.MIN_VALUE, NOW_MS)), 2, NOW_MS + 1);

        assertThat(record.ended()).hasSize(1);
        assertThat(record.lineage().ancestors()).hasSize(1);
        assertThat(codec.decode(codec.encode(record))).contains(record);
        assertThat(codec.id(record)).isEqualTo(ID);
    }

    @Test
    void shouldTakeNothingThatIsNoRecord() {
        assertThat(codec.decode(new byte[]{1, 2, 3})).isEmpty();
        assertThat(codec.decode(new byte[0])).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldMergeToTheSameWhateverIsMergedFirst(long seed) {
        Random random = new Random(seed);
        AddressRecord base = first(1, binding(1, 1, NOW_MS), binding(2, 1, NOW_MS));
        List<AddressRecord> versions = new ArrayList<>();
        for (long node = 1; node <= 3; node++) {
            AddressRecord version = base;
            for (int change = 0; change < 4; change++) {
                long atMs = NOW_MS + 1 + random.nextInt(3);
                List<Binding> bindings = new ArrayList<>(version.bindings());
                bindings.removeIf(binding -> random.nextInt(3) == 0);
                long name = 1L + random.nextInt(4);
                bindings.removeIf(binding -> binding.id().binding() == name);
                bindings.add(binding(name, node, atMs));
                version = version.with(bindings, node, atMs);
            }
            versions.add(version);
        }
        AddressRecord a = versions.get(0);
        AddressRecord b = versions.get(1);
        AddressRecord c = versions.get(2);

        assertThat(a.merge(b).merge(c).bindings())
            .containsExactlyInAnyOrderElementsOf(c.merge(b).merge(a).bindings())
            .containsExactlyInAnyOrderElementsOf(b.merge(c.merge(a)).bindings());
        assertThat(a.merge(b).merge(a)).isEqualTo(a.merge(b));
    }
}
