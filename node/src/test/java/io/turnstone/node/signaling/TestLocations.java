package io.turnstone.node.signaling;

import io.turnstone.node.signaling.AddressOfRecordCommand.FlowFailed;
import io.turnstone.node.signaling.AddressOfRecordCommand.PushRefused;
import io.turnstone.node.signaling.AddressOfRecordCommand.Register;
import io.turnstone.node.signaling.AddressOfRecordEffect.Respond;
import io.turnstone.protocol.sip.SipUri;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;

/** The machines of all addresses-of-record in one map, as if every node held them. */
final class TestLocations implements Locations {
    private final Map<String, AddressOfRecord> machines = new TreeMap<>();
    private final TestNetwork network;
    private final boolean answersLater;

    TestLocations(TestNetwork network, boolean answersLater) {
        this.network = network;
        this.answersLater = answersLater;
    }

    List<Binding> all() {
        return bindings().toList();
    }

    private Stream<Binding> bindings() {
        return machines.values().stream().flatMap(machine -> machine.bindings(network.nowMs()).stream());
    }

    private <T> void answer(Answer<T> answer, T value) {
        if (answersLater) {
            network.later(() -> answer.accept(value, network.nowMs()));
        } else {
            answer.accept(value, network.nowMs());
        }
    }

    @Override
    public void find(LocationQuery query, Answer<Found> answer) {
        List<Binding> found = switch (query) {
            case LocationQuery.OfAddress(String text) ->
                bindings().filter(binding -> binding.addressOfRecord().equals(text)).toList();
            case LocationQuery.OfBinding(BindingId id) ->
                bindings().filter(binding -> binding.id().equals(id)).toList();
            case LocationQuery.OfContact(String text) ->
                bindings().filter(binding -> contact(binding.contact()).equals(text)).toList();
        };
        answer(
            answer,
            new Found(
                found.stream().filter(binding -> !binding.isAway()).toList(),
                found.stream().filter(Binding::isAway).toList()));
    }

    private static String contact(String text) {
        UnsafeBuffer buffer = Sip.buffer(text);
        SipUri uri = new SipUri();
        uri.wrap(buffer.byteArray(), 0, buffer.capacity());
        return AddressText.of(uri);
    }

    @Override
    public void register(String addressOfRecord, Registration registration, Answer<RegistrationReply> answer) {
        AddressOfRecord machine = machine(addressOfRecord);
        List<AddressOfRecordEffect> effects = machine.handle(new Register(registration), network.nowMs());
        machine.bindings(network.nowMs())
            .stream()
            .filter(binding -> binding.flow().equals(registration.flow()))
            .forEach(network::registered);
        network.changed(addressOfRecord);
        answer(answer, ((Respond) effects.getLast()).reply());
    }

    @Override
    public void flowFailed(String addressOfRecord, FlowName flow) {
        tell(addressOfRecord, new FlowFailed(flow));
    }

    @Override
    public void pushRefused(String addressOfRecord, PushResource resource) {
        tell(addressOfRecord, new PushRefused(resource));
    }

    private void tell(String addressOfRecord, AddressOfRecordCommand command) {
        machine(addressOfRecord).handle(command, network.nowMs());
        network.changed(addressOfRecord);
    }

    private AddressOfRecord machine(String addressOfRecord) {
        return machines.computeIfAbsent(
            addressOfRecord,
            text -> new AddressOfRecord(text, List.of(), RegistrationLimits.DEFAULT));
    }
}
