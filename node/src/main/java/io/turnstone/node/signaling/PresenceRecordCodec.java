package io.turnstone.node.signaling;

import com.google.protobuf.InvalidProtocolBufferException;
import io.turnstone.node.replication.Lineage;
import io.turnstone.node.replication.LineageCodec;
import io.turnstone.node.replication.RecordCodec;
import io.turnstone.protocol.sip.SipTransport;
import io.turnstone.protocol.wire.PublicationRecord;
import io.turnstone.protocol.wire.SubscriptionRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Presence records as {@code signaling.proto} has them. The signaling thread's. */
final class PresenceRecordCodec implements RecordCodec<PresenceRecord> {
    private final BindingIds ids = new BindingIds();

    @Override
    public long id(PresenceRecord record) {
        return record.id();
    }

    @Override
    public Lineage lineage(PresenceRecord record) {
        return record.lineage();
    }

    @Override
    public long deadlineMs(PresenceRecord record) {
        return record.item().expiryMs();
    }

    /** By which the node is chosen that must hold a change before a client is told of it. */
    @Override
    public byte[] key(PresenceRecord record) {
        return record.addressOfRecord().getBytes(StandardCharsets.UTF_8);
    }

    /** None: its id is made of its names, so there is no other record to tell it from. */
    @Override
    public List<byte[]> keys(PresenceRecord record) {
        return List.of();
    }

    @Override
    public PresenceRecord merge(PresenceRecord one, PresenceRecord other) {
        return one.merge(other);
    }

    @Override
    public byte[] encode(PresenceRecord record) {
        io.turnstone.protocol.wire.PresenceRecord.Builder wire = io.turnstone.protocol.wire.PresenceRecord.newBuilder()
            .setVersion(LineageCodec.wire(record.lineage().version()))
            .setAddressOfRecord(record.addressOfRecord())
            .setExpiryMs(record.item().expiryMs());
        record.lineage().ancestors().forEach(ancestor -> wire.addAncestors(LineageCodec.wire(ancestor)));
        switch (record.item()) {
            case Publication publication -> wire.setPublication(wire(publication));
            case Subscription subscription -> wire.setSubscription(wire(subscription));
        }
        return wire.build().toByteArray();
    }

    private static PublicationRecord wire(Publication publication) {
        return PublicationRecord.newBuilder()
            .setName(publication.name())
            .setEtag(publication.etag())
            .setChangedMs(publication.changedMs())
            .setContentType(publication.contentType())
            .setBody(publication.body())
            .build();
    }

    private static SubscriptionRecord wire(Subscription subscription) {
        Watcher watcher = subscription.watcher();
        SubscriptionRecord.Builder wire = SubscriptionRecord.newBuilder()
            .setId(subscription.id())
            .setEvent(subscription.event())
            .setEventId(subscription.eventId())
            .setSubscribeCseq(subscription.subscribeCseq())
            .setNotifyCseq(subscription.notifyCseq())
            .setCallId(watcher.callId())
            .setWatcherTag(watcher.tag())
            .setFrom(watcher.from())
            .setTo(watcher.to())
            .setTarget(watcher.target())
            .setRoutes(watcher.routes())
            .setFlowNode(watcher.flow().node())
            .setFlowId(watcher.flow().id())
            .setTransport(FlowTransports.number(watcher.flow().transport()));
        BindingId binding = watcher.binding();
        if (binding != null) {
            wire.setBindingAddress(binding.addressOfRecord()).setBinding(binding.binding());
        }
        return wire.build();
    }

    @Override
    public Optional<PresenceRecord> decode(byte[] bytes) {
        try {
            io.turnstone.protocol.wire.PresenceRecord wire = io.turnstone.protocol.wire.PresenceRecord
                .parseFrom(bytes);
            PresenceItem item = item(wire);
            return item == null
                ? Optional.empty()
                : Optional.of(
                    new PresenceRecord(
                        ids.presence(wire.getAddressOfRecord(), item.name()),
                        LineageCodec.read(wire.getVersion(), wire.getAncestorsList()), wire.getAddressOfRecord(),
                        item));
        } catch (InvalidProtocolBufferException | IllegalArgumentException noRecord) {
            return Optional.empty();
        }
    }

    private static @Nullable PresenceItem item(io.turnstone.protocol.wire.PresenceRecord wire) {
        return switch (wire.getItemCase()) {
            case PUBLICATION -> {
                PublicationRecord publication = wire.getPublication();
                yield new Publication(publication.getName(), publication.getEtag(), publication.getChangedMs(),
                    wire.getExpiryMs(), publication.getContentType(), publication.getBody());
            }
            case SUBSCRIPTION -> subscription(wire.getSubscription(), wire.getExpiryMs());
            case ITEM_NOT_SET -> null;
        };
    }

    private static @Nullable Subscription subscription(SubscriptionRecord wire, long expiryMs) {
        SipTransport transport = FlowTransports.of(wire.getTransport());
        if (transport == null) {
            return null;
        }
        Watcher watcher = new Watcher(
            wire.getCallId(),
            wire.getWatcherTag(),
            wire.getFrom(),
            wire.getTo(),
            wire.getTarget(),
            wire.getRoutes(),
            wire.hasBindingAddress() ? new BindingId(wire.getBindingAddress(), wire.getBinding()) : null,
            new FlowName(wire.getFlowNode(), wire.getFlowId(), transport));
        return new Subscription(wire.getId(), wire.getEvent(), wire.getEventId(), watcher, expiryMs,
            wire.getSubscribeCseq(), wire.getNotifyCseq(), false, false);
    }
}
