package io.turnstone.node.signaling;

import io.turnstone.node.replication.Outbox;
import io.turnstone.node.replication.OutcomeHandler;
import io.turnstone.node.replication.RecordListener;
import io.turnstone.node.replication.ReplicationSettings;
import io.turnstone.node.replication.Replicator;
import io.turnstone.node.replication.Version;
import io.turnstone.node.signaling.AddressOfRecordCommand.FlowFailed;
import io.turnstone.node.signaling.AddressOfRecordCommand.PushRefused;
import io.turnstone.node.signaling.AddressOfRecordCommand.Register;
import io.turnstone.node.signaling.AddressOfRecordEffect.Announce;
import io.turnstone.node.signaling.AddressOfRecordEffect.Respond;
import io.turnstone.node.signaling.RegistrationReply.Refused;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The location service of a node: every node holds all bindings of the cluster, and any node changes them. The signaling
 * thread's.
 *
 * <p>A look-up is answered at once from what is held here. A registration is carried out on top of that, by the machine of
 * its address-of-record, and answered when another node has it too. So neither waits for one node in particular, and none
 * is missed when it dies. A binding whose flow belongs to a node that is not heard is not found until its user agent is
 * registered again.
 */
final class ReplicatedLocations implements Locations {
    private final long self;
    private final RegistrationLimits limits;
    private final LongSupplier clockMs;
    private final LongUnaryOperator usableUntilMs;
    private final BindingIds ids = new BindingIds();
    private final BindingTable table = new BindingTable();
    private final Map<String, AddressRecord> records = new HashMap<>();
    private final ArrayDeque<Binding> registered = new ArrayDeque<>();
    /** Addresses-of-record whose bindings may have changed. */
    private final LinkedHashSet<String> changed = new LinkedHashSet<>();
    private final ArrayDeque<Lost> lost = new ArrayDeque<>();
    private final Replicator<AddressRecord> replicator;

    /** A flow of this node that is gone, over which something was registered. */
    private record Lost(String addressOfRecord, FlowName flow, long untilMs) {}

    /**
     * @param self incarnation of this node
     * @param outbox to the other nodes
     * @param usableUntilMs when flows of the node with that incarnation could be used last, as
     *        {@link ClusterFlows#usableUntilMs}
     * @param clockMs epoch milliseconds
     */
    ReplicatedLocations(long self, RegistrationLimits limits, ReplicationSettings replication, Outbox outbox,
        LongUnaryOperator usableUntilMs, LongSupplier clockMs) {
        this.self = self;
        this.limits = limits;
        this.clockMs = clockMs;
        this.usableUntilMs = usableUntilMs;
        this.replicator = new Replicator<>(replication, self, new AddressRecordCodec(), outbox, new Held());
    }

    /** Keeps what is found by name and contact as the replicator has it. */
    private final class Held implements RecordListener<AddressRecord> {
        @Override
        public void onRecord(AddressRecord record) {
            AddressRecord before = records.put(record.addressOfRecord(), record);
            changed.add(record.addressOfRecord());
            List<Binding> old = before == null ? List.of() : before.bindings();
            table.replace(old, record.bindings());
            for (Binding binding : record.bindings()) {
                Binding known = AddressRecord.find(old, binding.id());
                boolean isNew = known == null || known.registeredMs() < binding.registeredMs();
                if (isNew && !binding.isAway()) {
                    registered.add(binding);
                }
            }
        }

        @Override
        public void onMerged(AddressRecord merged) {}

        @Override
        public void onRemoved(AddressRecord last) {
            AddressRecord held = records.remove(last.addressOfRecord());
            changed.add(last.addressOfRecord());
            if (held != null) {
                table.replace(held.bindings(), List.of());
            }
        }
    }

    Replicator<AddressRecord> replicator() {
        return replicator;
    }

    @Override
    public void find(LocationQuery query, Answer<Found> answer) {
        long nowMs = clockMs.getAsLong();
        List<Binding> found = switch (query) {
            case LocationQuery.OfAddress(String text) -> bindings(text);
            case LocationQuery.OfBinding(BindingId id) -> {
                Binding binding = table.byId(id);
                yield binding == null ? List.of() : List.of(binding);
            }
            case LocationQuery.OfContact(String text) -> table.byContact(text);
        };
        answer.accept(
            new Found(
                found.stream().filter(binding -> isReached(binding, nowMs)).toList(),
                found.stream().filter(binding -> isExpected(binding, nowMs)).toList()),
            nowMs);
    }

    private boolean isReached(Binding binding, long nowMs) {
        return binding.isLive(nowMs) && !binding.isAway()
            && usableUntilMs.applyAsLong(binding.flow().node()) == ClusterFlows.NOW;
    }

    /** Its flow is gone, or its node has fallen silent: a moment ago, or at any time if it can be woken. */
    private boolean isExpected(Binding binding, long nowMs) {
        if (!binding.isLive(nowMs) || !binding.canReturn()) {
            return false;
        }
        if (binding.isAway()) {
            return true;
        }
        long usableMs = usableUntilMs.applyAsLong(binding.flow().node());
        return usableMs != ClusterFlows.NOW
            && (!binding.push().isNone() || nowMs - usableMs < limits.absenceMs());
    }

    private List<Binding> bindings(String addressOfRecord) {
        AddressRecord record = records.get(addressOfRecord);
        return record == null ? List.of() : record.bindings();
    }

    @Override
    public void register(String addressOfRecord, Registration registration, Answer<RegistrationReply> answer) {
        handle(addressOfRecord, new Register(registration), answer);
    }

    @Override
    public void flowFailed(String addressOfRecord, FlowName flow) {
        long nowMs = clockMs.getAsLong();
        handle(addressOfRecord, new FlowFailed(flow), (_, _) -> {});
        lost.add(new Lost(addressOfRecord, flow, nowMs + limits.absenceMs()));
    }

    @Override
    public void pushRefused(String addressOfRecord, PushResource resource) {
        handle(addressOfRecord, new PushRefused(resource), (_, _) -> {});
    }

    /** Ends, for all nodes, what was away and has not come back; returns how much there was to look at. */
    private int endLost(long nowMs) {
        int work = 0;
        for (Lost first = lost.peek(); first != null && first.untilMs() <= nowMs; first = lost.peek()) {
            lost.remove();
            FlowName flow = first.flow();
            boolean over = bindings(first.addressOfRecord()).stream()
                .anyMatch(
                    binding -> binding.flow().equals(flow) && binding.expiryMs() > nowMs && !binding.isLive(nowMs));
            if (over) {
                handle(first.addressOfRecord(), new FlowFailed(flow), (_, _) -> {});
            }
            work++;
        }
        return work;
    }

    /** Does what the machine decides; its answer waits for what it has announced. */
    private void handle(String addressOfRecord, AddressOfRecordCommand command, Answer<RegistrationReply> answer) {
        long nowMs = clockMs.getAsLong();
        AddressOfRecord machine = new AddressOfRecord(addressOfRecord, bindings(addressOfRecord), limits);
        AddressRecord next = null;
        RegistrationReply reply = null;
        for (AddressOfRecordEffect effect : machine.handle(command, nowMs)) {
            switch (effect) {
                case Announce(List<Binding> bindings) -> next = next(addressOfRecord, bindings, nowMs);
                case Respond(RegistrationReply decided) -> reply = decided;
            }
        }
        if (next == null || next.deadlineMs() <= nowMs) {
            answer(answer, reply, nowMs);
        } else if (next.isTooLong()) {
            answer(answer, new Refused(Responses.MESSAGE_TOO_LARGE), nowMs);
        } else {
            replicator.share(next, nowMs, new Announced(answer, reply));
        }
    }

    private AddressRecord next(String addressOfRecord, List<Binding> bindings, long nowMs) {
        AddressRecord held = records.get(addressOfRecord);
        AddressRecord before = held == null
            ? AddressRecord.first(ids.addressOfRecord(addressOfRecord), addressOfRecord, self, nowMs)
            : held;
        return before.with(bindings, self, nowMs);
    }

    private static void answer(Answer<RegistrationReply> answer, @Nullable RegistrationReply reply, long nowMs) {
        if (reply != null) {
            answer.accept(reply, nowMs);
        }
    }

    private final class Announced implements OutcomeHandler<AddressRecord> {
        private final Answer<RegistrationReply> answer;
        private final @Nullable RegistrationReply reply;

        Announced(Answer<RegistrationReply> answer, @Nullable RegistrationReply reply) {
            this.answer = answer;
            this.reply = reply;
        }

        @Override
        public void onReplicated(Version version) {
            answer(answer, reply, clockMs.getAsLong());
        }

        @Override
        public void onConflict(AddressRecord existing) {
            onGone();
        }

        @Override
        public void onGone() {
            answer(answer, reply == null ? null : new Refused(Responses.UNAVAILABLE), clockMs.getAsLong());
        }
    }

    /** Exchanges what is to be said, and tells the engine what was registered since the last time. Returns how much there was. */
    int doWork(SipEngine engine, long nowMs) {
        int work = replicator.doWork(nowMs) + endLost(nowMs);
        for (Binding binding = registered.poll(); binding != null; binding = registered.poll()) {
            engine.onRegistered(binding, nowMs);
            work++;
        }
        if (!changed.isEmpty()) {
            List<String> those = List.copyOf(changed);
            changed.clear();
            those.forEach(engine.presence()::onBindings);
            work += those.size();
        }
        return work;
    }

    /** How many bindings are held whose flow is not known to be gone, those that have expired but were not ended yet included. */
    int size() {
        return table.size() - table.away();
    }

    /** How many bindings are held whose flow is gone. */
    int away() {
        return table.away();
    }
}
