package io.turnstone.node.signaling;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.sip.SipTransport;
import io.turnstone.protocol.wire.FlowMessage;
import io.turnstone.protocol.wire.SignalingMessage;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/** What nodes that serve SIP tell each other, as {@code signaling.proto} has it. Any thread. */
final class PeerMessages {
    /** The first octet of a field with number 4 and a number in it: no other message between nodes begins with it. */
    static final byte FIRST_OCTET = 0x20;

    private static final int WIRE_VERSION = 1;

    private PeerMessages() {}

    /** What another node says. */
    sealed interface Content {
        /** To the replicator. */
        @SuppressWarnings("ArrayRecordComponent") // never compared
        record Replication(byte[] message) implements Content {}

        /** A request, for a flow of this node. */
        @SuppressWarnings("ArrayRecordComponent") // never compared
        record Deliver(long flowId, SipTransport transport, byte[] octets) implements Content {}

        /** A response or a request that came over a flow of the sender, from {@code remote}. */
        @SuppressWarnings("ArrayRecordComponent") // never compared
        record HandOver(long flowId, SipTransport transport, TransportAddress remote, byte[] octets)
            implements
                Content {}

        /** To the replicator of presence. */
        @SuppressWarnings("ArrayRecordComponent") // never compared
        record Presence(byte[] message) implements Content {}
    }

    static byte[] replication(byte[] message) {
        return bytes(builder().setReplication(UnsafeByteOperations.unsafeWrap(message)));
    }

    static byte[] deliver(FlowName flow, DirectBuffer buffer, int offset, int length) {
        return bytes(builder().setDeliver(message(flow, buffer, offset, length)));
    }

    static byte[] handOver(Arrival from, DirectBuffer buffer, int offset, int length) {
        FlowMessage.Builder message = message(from.flow(), buffer, offset, length).toBuilder();
        if (!from.remote().equals(SipEngine.NOWHERE)) {
            message.setRemoteIp(UnsafeByteOperations.unsafeWrap(from.remote().ip().toBytes()))
                .setRemotePort(from.remote().port());
        }
        return bytes(builder().setHandOver(message));
    }

    static byte[] presence(byte[] message) {
        return bytes(builder().setPresence(UnsafeByteOperations.unsafeWrap(message)));
    }

    private static SignalingMessage.Builder builder() {
        return SignalingMessage.newBuilder().setWireVersion(WIRE_VERSION);
    }

    private static FlowMessage message(FlowName flow, DirectBuffer buffer, int offset, int length) {
        byte[] octets = new byte[length];
        buffer.getBytes(offset, octets);
        return FlowMessage.newBuilder()
            .setFlowId(flow.id())
            .setTransport(FlowTransports.number(flow.transport()))
            .setOctets(UnsafeByteOperations.unsafeWrap(octets))
            .build();
    }

    private static byte[] bytes(SignalingMessage.Builder message) {
        return message.build().toByteArray();
    }

    /** Null for what no author of this or a later release can have written, and for what a later one has added. */
    static @Nullable Content read(byte[] bytes) {
        try {
            SignalingMessage message = SignalingMessage.parseFrom(bytes);
            return switch (message.getBodyCase()) {
                case REPLICATION -> new Content.Replication(message.getReplication().toByteArray());
                case DELIVER -> {
                    FlowMessage deliver = message.getDeliver();
                    SipTransport transport = FlowTransports.of(deliver.getTransport());
                    yield transport == null
                        ? null
                        : new Content.Deliver(deliver.getFlowId(), transport, deliver.getOctets().toByteArray());
                }
                case HAND_OVER -> {
                    FlowMessage handOver = message.getHandOver();
                    SipTransport transport = FlowTransports.of(handOver.getTransport());
                    yield transport == null
                        ? null
                        : new Content.HandOver(handOver.getFlowId(), transport, remote(handOver),
                            handOver.getOctets().toByteArray());
                }
                case PRESENCE -> new Content.Presence(message.getPresence().toByteArray());
                case BODY_NOT_SET -> null;
            };
        } catch (InvalidProtocolBufferException | IllegalArgumentException notAMessage) {
            return null;
        }
    }

    private static TransportAddress remote(FlowMessage message) {
        return message.getRemoteIp().isEmpty()
            ? SipEngine.NOWHERE
            : TransportAddress.of(IpAddress.ofBytes(message.getRemoteIp().toByteArray()), message.getRemotePort());
    }
}
