package io.turnstone.node.signaling;

import io.turnstone.node.signaling.AddressOfRecordCommand.FlowFailed;
import io.turnstone.node.signaling.AddressOfRecordCommand.Register;
import io.turnstone.node.signaling.AddressOfRecordCommand.Wake;
import io.turnstone.node.signaling.AddressOfRecordEffect.Announce;
import io.turnstone.node.signaling.AddressOfRecordEffect.Respond;
import io.turnstone.node.signaling.AddressOfRecordEffect.WakeAt;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The location service of a single node: the machines of all addresses-of-record, in memory. The signaling thread's; every
 * question is answered before the call returns.
 */
final class LocalLocations implements Locations {
    private static final long ONLY_REQUEST = 0;

    private final RegistrationLimits limits;
    private final LongSupplier clockMs;
    private final TimerWheel deadlines;
    private final BindingTable table = new BindingTable();
    private final Map<String, Place> places = new HashMap<>();
    private final ArrayDeque<Binding> registered = new ArrayDeque<>();

    /** @param clockMs epoch milliseconds */
    LocalLocations(RegistrationLimits limits, LongSupplier clockMs) {
        this.limits = limits;
        this.clockMs = clockMs;
        this.deadlines = new TimerWheel(clockMs.getAsLong());
    }

    /** An address-of-record that has bindings. */
    private final class Place extends Timed {
        private final String text;
        private final AddressOfRecord machine;
        private List<Binding> announced = List.of();

        Place(String text) {
            this.text = text;
            this.machine = new AddressOfRecord(text, announced, limits);
        }

        @Override
        void onDeadline(long nowMs) {
            handle(new Wake(), nowMs);
        }

        /** Does what the machine decides; returns its answer to a Register. */
        @Nullable
        RegistrationReply handle(AddressOfRecordCommand command, long nowMs) {
            RegistrationReply answer = null;
            for (AddressOfRecordEffect effect : machine.handle(command, nowMs)) {
                switch (effect) {
                    case Announce(List<Binding> bindings) -> announce(bindings);
                    case WakeAt(long deadlineMs) -> deadlines.set(this, deadlineMs);
                    case Respond(long _, RegistrationReply reply) -> answer = reply;
                }
            }
            if (announced.isEmpty()) {
                deadlines.set(this, TransactionMachine.NEVER);
                places.remove(text);
            }
            return answer;
        }

        private void announce(List<Binding> bindings) {
            table.replace(announced, bindings);
            announced = bindings;
        }
    }

    @Override
    public void lookUp(LocationQuery query, Answer<List<Binding>> answer) {
        long nowMs = clockMs.getAsLong();
        List<Binding> found = switch (query) {
            case LocationQuery.OfAddress(String text) -> announced(text);
            case LocationQuery.OfBinding(BindingId id) -> {
                Binding binding = table.byId(id);
                yield binding == null ? List.of() : List.of(binding);
            }
            case LocationQuery.OfContact(String text) -> table.byContact(text);
        };
        answer.accept(found.stream().filter(binding -> binding.isLive(nowMs)).toList(), nowMs);
    }

    private List<Binding> announced(String text) {
        Place place = places.get(text);
        return place == null ? List.of() : place.announced;
    }

    @Override
    public void register(String addressOfRecord, Registration registration, Answer<RegistrationReply> answer) {
        long nowMs = clockMs.getAsLong();
        Place place = places.computeIfAbsent(addressOfRecord, Place::new);
        RegistrationReply reply = place.handle(new Register(ONLY_REQUEST, registration), nowMs);
        if (reply == null) {
            throw new AssertionError("a registration was not answered");
        }
        for (Binding binding : place.announced) {
            if (binding.flow().equals(registration.flow())) {
                registered.add(binding);
            }
        }
        answer.accept(reply, nowMs);
    }

    @Override
    public void flowFailed(String addressOfRecord, FlowName flow) {
        Place place = places.get(addressOfRecord);
        if (place != null) {
            place.handle(new FlowFailed(flow), clockMs.getAsLong());
        }
    }

    /** Ends what has expired, and tells the engine what was registered since the last time. Returns how much there was. */
    int doWork(SipEngine engine, long nowMs) {
        int work = deadlines.turn(nowMs);
        for (Binding binding = registered.poll(); binding != null; binding = registered.poll()) {
            engine.onRegistered(binding, nowMs);
            work++;
        }
        return work;
    }

    /** How many bindings there are. */
    int size() {
        return table.size();
    }
}
