package io.turnstone.node.signaling;

import com.google.protobuf.InvalidProtocolBufferException;
import io.turnstone.node.replication.Lineage;
import io.turnstone.node.replication.LineageCodec;
import io.turnstone.node.replication.RecordCodec;
import io.turnstone.protocol.sip.SipTransport;
import io.turnstone.protocol.wire.AddressOfRecordRecord;
import io.turnstone.protocol.wire.BindingRecord;
import io.turnstone.protocol.wire.EndedBindingRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Address records as {@code signaling.proto} has them. The signaling thread's. */
final class AddressRecordCodec implements RecordCodec<AddressRecord> {
    private final BindingIds ids = new BindingIds();

    @Override
    public long id(AddressRecord record) {
        return record.id();
    }

    @Override
    public Lineage lineage(AddressRecord record) {
        return record.lineage();
    }

    @Override
    public long deadlineMs(AddressRecord record) {
        return record.deadlineMs();
    }

    /** By which the node is chosen that must hold a change before a client is told of it. */
    @Override
    public byte[] key(AddressRecord record) {
        return record.addressOfRecord().getBytes(StandardCharsets.UTF_8);
    }

    /** None: its id is made of its key, so there is no other record to tell it from. */
    @Override
    public List<byte[]> keys(AddressRecord record) {
        return List.of();
    }

    /** Of two addresses-of-record with the same hash one has no bindings. */
    @Override
    public AddressRecord merge(AddressRecord one, AddressRecord other) {
        if (one.addressOfRecord().equals(other.addressOfRecord())) {
            return one.merge(other);
        }
        return one.addressOfRecord().compareTo(other.addressOfRecord()) < 0 ? one : other;
    }

    @Override
    public byte[] encode(AddressRecord record) {
        AddressOfRecordRecord.Builder wire = AddressOfRecordRecord.newBuilder()
            .setVersion(LineageCodec.wire(record.lineage().version()))
            .setAddressOfRecord(record.addressOfRecord());
        record.lineage().ancestors().forEach(ancestor -> wire.addAncestors(LineageCodec.wire(ancestor)));
        record.bindings().forEach(binding -> wire.addBindings(wire(binding)));
        record.ended()
            .forEach(end -> wire.addEnded(
                EndedBindingRecord.newBuilder()
                    .setBinding(end.binding())
                    .setRegisteredMs(end.registeredMs())
                    .setExpiryMs(end.expiryMs())));
        return wire.build().toByteArray();
    }

    private static BindingRecord wire(Binding binding) {
        return BindingRecord.newBuilder()
            .setBinding(binding.id().binding())
            .setContact(binding.contact())
            .setQuality(binding.quality())
            .setExpiryMs(binding.expiryMs())
            .setRegisteredMs(binding.registeredMs())
            .setCallId(binding.callId())
            .setCseq(binding.cseq())
            .setInstance(binding.instance())
            .setRegistrationId(binding.registrationId())
            .setPath(binding.path())
            .setFlowNode(binding.flow().node())
            .setFlowId(binding.flow().id())
            .setTransport(FlowTransports.number(binding.flow().transport()))
            .setPushProvider(binding.push().provider())
            .setPushId(binding.push().id())
            .setPushParameter(binding.push().parameter())
            .setAwayUntilMs(binding.awayUntilMs())
            .build();
    }

    @Override
    public Optional<AddressRecord> decode(byte[] bytes) {
        try {
            AddressOfRecordRecord wire = AddressOfRecordRecord.parseFrom(bytes);
            return wire.getAddressOfRecord().isEmpty() ? Optional.empty() : Optional.of(read(wire));
        } catch (InvalidProtocolBufferException | IllegalArgumentException noRecord) {
            return Optional.empty();
        }
    }

    private AddressRecord read(AddressOfRecordRecord wire) {
        String addressOfRecord = wire.getAddressOfRecord();
        long id = ids.addressOfRecord(addressOfRecord);
        return new AddressRecord(
            id,
            LineageCodec.read(wire.getVersion(), wire.getAncestorsList()),
            addressOfRecord,
            wire.getBindingsList().stream().map(binding -> read(id, addressOfRecord, binding)).toList(),
            wire.getEndedList()
                .stream()
                .map(end -> new AddressRecord.Ended(end.getBinding(), end.getRegisteredMs(), end.getExpiryMs()))
                .toList());
    }

    private static Binding read(long id, String addressOfRecord, BindingRecord wire) {
        SipTransport transport = FlowTransports.of(wire.getTransport());
        if (transport == null) {
            throw new IllegalArgumentException("a flow over transport " + wire.getTransport());
        }
        return new Binding(
            new BindingId(id, wire.getBinding()),
            addressOfRecord,
            wire.getContact(),
            wire.getQuality(),
            wire.getExpiryMs(),
            wire.getRegisteredMs(),
            wire.getCallId(),
            wire.getCseq(),
            wire.getInstance(),
            wire.getRegistrationId(),
            wire.getPath(),
            new FlowName(wire.getFlowNode(), wire.getFlowId(), transport),
            wire.getPushProvider().isEmpty()
                ? PushResource.NONE
                : new PushResource(wire.getPushProvider(), wire.getPushId(), wire.getPushParameter()),
            wire.getAwayUntilMs());
    }
}
