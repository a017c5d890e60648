package io.turnstone.node.cluster;

import com.google.protobuf.ByteString;
import io.turnstone.node.rib.NodeDescriptor;
import io.turnstone.node.rib.RelayMode;
import io.turnstone.protocol.net.PortRange;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.wire.Introduction;
import io.turnstone.protocol.wire.NodeDescription;
import io.turnstone.protocol.wire.RelayAddresses;
import java.io.IOException;
import java.io.NotSerializableException;
import java.util.List;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** Maps what MembershipActors say to each other onto {@code membership.proto}. Any thread. */
public final class MembershipSerializer extends SerializerWithStringManifest {
    static final String INTRODUCTION = "Introduction.1";
    private static final int IDENTIFIER = 2401;

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
        if (message instanceof MembershipActor.Introduction) {
            return INTRODUCTION;
        }
        throw new IllegalArgumentException("no message between members: " + message.getClass().getName());
    }

    @Override
    public byte[] toBinary(Object message) {
        if (message instanceof MembershipActor.Introduction introduction) {
            return encode(introduction).toByteArray();
        }
        throw new IllegalArgumentException("no message between members: " + message.getClass().getName());
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        if (!manifest.equals(INTRODUCTION)) {
            throw new NotSerializableException(
                "message between members of kind '" + manifest + "' is not known here, only '" + INTRODUCTION
                    + "'; does the sender run a newer version?");
        }
        try {
            return decode(Introduction.parseFrom(bytes));
        } catch (IOException | IllegalArgumentException garbled) {
            throw Garbled.message(manifest, garbled);
        }
    }

    private static Introduction encode(MembershipActor.Introduction introduction) {
        return Introduction.newBuilder()
            .setSenderAddress(introduction.sender().address().toString())
            .setSenderUid(introduction.sender().longUid())
            .setNode(encode(introduction.node()))
            .setAnswerWanted(introduction.answerWanted())
            .build();
    }

    private static MembershipActor.Introduction decode(Introduction wire) {
        return new MembershipActor.Introduction(
            new UniqueAddress(AddressFromURIString.parse(wire.getSenderAddress()), wire.getSenderUid()),
            decode(wire.getNode()),
            wire.getAnswerWanted());
    }

    private static NodeDescription encode(NodeDescriptor node) {
        NodeDescription.Builder wire = NodeDescription.newBuilder()
            .setIncarnation(node.incarnation())
            .setName(node.name())
            .setFabricControl(WireAddress.encode(node.fabricControl()))
            .addAllFabricLanes(encode(node.fabricLanes()))
            .addAllServiceAddresses(encode(node.serviceAddresses()))
            .addAllControlEndpoints(encode(node.controlEndpoints()))
            .setWireVersion(node.wireVersion())
            .setRelayMode(encode(node.relayMode()))
            .setSignaling(node.signaling());
        for (NodeDescriptor.RelayRange range : node.relayRanges()) {
            wire.addRelayRanges(
                RelayAddresses.newBuilder()
                    .setAddress(WireAddress.encode(range.address()))
                    .setFirstPort(range.ports().first())
                    .setLastPort(range.ports().last()));
        }
        return wire.build();
    }

    private static NodeDescriptor decode(NodeDescription wire) {
        return new NodeDescriptor(
            wire.getIncarnation(),
            wire.getName(),
            WireAddress.decode(wire.getFabricControl()),
            decode(wire.getFabricLanesList()),
            decode(wire.getRelayMode()),
            wire.getRelayRangesList().stream().map(MembershipSerializer::decode).toList(),
            decode(wire.getServiceAddressesList()),
            decode(wire.getControlEndpointsList()),
            wire.getWireVersion(),
            wire.getSignaling());
    }

    private static io.turnstone.protocol.wire.RelayMode encode(RelayMode mode) {
        return switch (mode) {
            case NODE -> io.turnstone.protocol.wire.RelayMode.RELAY_MODE_NODE;
            case SHARED -> io.turnstone.protocol.wire.RelayMode.RELAY_MODE_SHARED;
            case CLUSTER -> io.turnstone.protocol.wire.RelayMode.RELAY_MODE_CLUSTER;
        };
    }

    private static RelayMode decode(io.turnstone.protocol.wire.RelayMode mode) {
        return switch (mode) {
            case RELAY_MODE_NODE -> RelayMode.NODE;
            case RELAY_MODE_SHARED -> RelayMode.SHARED;
            case RELAY_MODE_CLUSTER -> RelayMode.CLUSTER;
            case UNRECOGNIZED -> throw new IllegalArgumentException("an unknown relay mode");
        };
    }

    private static NodeDescriptor.RelayRange decode(RelayAddresses wire) {
        return new NodeDescriptor.RelayRange(
            WireAddress.decodeIp(wire.getAddress()),
            new PortRange(wire.getFirstPort(), wire.getLastPort()));
    }

    private static List<ByteString> encode(List<TransportAddress> addresses) {
        return addresses.stream().map(WireAddress::encode).toList();
    }

    private static List<TransportAddress> decode(List<ByteString> addresses) {
        return addresses.stream().map(WireAddress::decode).toList();
    }
}
