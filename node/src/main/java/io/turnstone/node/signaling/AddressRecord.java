package io.turnstone.node.signaling;

import io.turnstone.node.replication.Lineage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The bindings of an address-of-record as every node holds them. Any node writes the next version, on top of what it holds;
 * what two nodes wrote without knowing of each other is merged, binding by binding. Immutable, any thread.
 *
 * <p>The newest registration of a binding counts. What has ended is remembered for as long as it would have lived, so that
 * a version which does not know of that brings nothing back; but it ends only what was registered until then, not what a
 * user agent has registered since at another node.
 *
 * @param id a hash of the address-of-record
 * @param bindings those of one user agent may have expired
 * @param ended at most {@value #ENDED_MAX}, the newest
 */
record AddressRecord(
    long id, Lineage lineage, String addressOfRecord, List<Binding> bindings, List<Ended> ended) {
    static final int ENDED_MAX = 32;

    /** So that several versions of one fit into a message between nodes. */
    static final int OCTETS_MAX = 10_000;

    /** What numbers and field headers of a binding take up at most. */
    private static final int OCTETS_OF_NUMBERS = 100;
    private static final int OCTETS_OF_CHAR_MAX = 3;

    /** Of two registrations in the same millisecond every node takes the same one; that its flow is gone is newer. */
    private static final Comparator<Binding> NEWEST_LAST = Comparator.comparingLong(Binding::registeredMs)
        .thenComparingLong(Binding::cseq)
        .thenComparingLong(binding -> binding.flow().node())
        .thenComparingLong(binding -> binding.flow().id())
        .thenComparing(Binding::contact)
        .thenComparingLong(Binding::awayUntilMs);

    /**
     * A binding that has ended.
     *
     * @param binding the half of its name that is its own
     * @param registeredMs when it was refreshed last before
     * @param expiryMs when it would have expired
     */
    record Ended(long binding, long registeredMs, long expiryMs) {
        static Ended of(Binding binding) {
            return new Ended(binding.id().binding(), binding.registeredMs(), binding.expiryMs());
        }
    }

    AddressRecord {
        bindings = List.copyOf(bindings);
        ended = List.copyOf(ended);
    }

    /** One that this node begins, since it knows of none. */
    static AddressRecord first(long id, String addressOfRecord, long self, long nowMs) {
        return new AddressRecord(
            id, Lineage.begunBy(self, nowMs), addressOfRecord, List.of(), List.of());
    }

    /** When nothing of it counts any more; 0 if it says nothing. */
    long deadlineMs() {
        return Stream.concat(bindings.stream().map(Binding::expiryMs), ended.stream().map(Ended::expiryMs))
            .mapToLong(Long::longValue)
            .max()
            .orElse(0);
    }

    /** Whether it may be replicated: a client can register contacts that no message has room for. */
    boolean isTooLong() {
        long octets = 0;
        for (Binding binding : bindings) {
            octets += OCTETS_OF_NUMBERS + octets(binding.contact()) + octets(binding.callId())
                + octets(binding.instance()) + octets(binding.path()) + octets(binding.push().provider())
                + octets(binding.push().id()) + octets(binding.push().parameter());
        }
        return octets > OCTETS_MAX;
    }

    private static int octets(String text) {
        return text.chars().map(unit -> unit < 0x80 ? 1 : OCTETS_OF_CHAR_MAX).sum();
    }

    /**
     * The next version.
     *
     * @param now all bindings that there are from now on
     * @param self the author
     */
    AddressRecord with(List<Binding> now, long self, long nowMs) {
        Map<Long, Ended> remembered = new HashMap<>();
        ended.stream().filter(it -> it.expiryMs() > nowMs).forEach(it -> remembered.put(it.binding(), it));
        for (Binding before : bindings) {
            if (before.expiryMs() > nowMs && find(now, before.id()) == null) {
                remembered.put(before.id().binding(), Ended.of(before));
            }
        }
        List<Binding> stamped = now.stream().map(binding -> stamped(binding, remembered)).toList();
        stamped.forEach(binding -> remembered.remove(binding.id().binding()));
        return new AddressRecord(
            id,
            lineage.writtenBy(self, nowMs),
            addressOfRecord,
            stamped,
            newest(remembered));
    }

    /**
     * A registration is newer than all that its author knew of, whatever other nodes' clocks say. That its flow is gone makes
     * it no other one: what was registered meanwhile is newer.
     */
    private Binding stamped(Binding binding, Map<Long, Ended> remembered) {
        Binding before = find(bindings, binding.id());
        if (before != null && binding.equals(before.awayUntil(binding.awayUntilMs()))) {
            return binding;
        }
        Ended end = remembered.get(binding.id().binding());
        long newestMs = Math.max(
            before == null ? 0 : before.registeredMs(), end == null ? 0 : end.registeredMs());
        return binding.registeredMs() > newestMs ? binding : binding.registeredAt(newestMs + 1);
    }

    /** The content of two versions of which neither author knew the other; the same whichever is asked. */
    AddressRecord merge(AddressRecord other) {
        if (lineage.version().compareTo(other.lineage.version()) < 0) {
            return other.merge(this);
        }
        Map<Long, Ended> remembered = new HashMap<>();
        Stream.concat(ended.stream(), other.ended.stream())
            .forEach(it -> remembered.merge(
                it.binding(), it, (one, two) -> one.registeredMs() >= two.registeredMs() ? one : two));
        List<Binding> merged = new ArrayList<>();
        for (Binding binding : bindings) {
            Binding rival = find(other.bindings, binding.id());
            merged.add(rival == null || NEWEST_LAST.compare(binding, rival) >= 0 ? binding : rival);
        }
        other.bindings.stream().filter(binding -> find(bindings, binding.id()) == null).forEach(merged::add);
        merged.removeIf(binding -> hasEnded(binding, remembered));
        merged.forEach(binding -> remembered.remove(binding.id().binding()));
        return new AddressRecord(
            id, lineage.merge(other.lineage), addressOfRecord, merged, newest(remembered));
    }

    private static boolean hasEnded(Binding binding, Map<Long, Ended> remembered) {
        Ended end = remembered.get(binding.id().binding());
        return end != null && end.registeredMs() >= binding.registeredMs();
    }

    private static List<Ended> newest(Map<Long, Ended> remembered) {
        return remembered.values()
            .stream()
            .sorted(Comparator.comparingLong(Ended::registeredMs).thenComparingLong(Ended::binding).reversed())
            .limit(ENDED_MAX)
            .toList();
    }

    static @Nullable Binding find(List<Binding> bindings, BindingId id) {
        for (Binding binding : bindings) {
            if (binding.id().equals(id)) {
                return binding;
            }
        }
        return null;
    }
}
