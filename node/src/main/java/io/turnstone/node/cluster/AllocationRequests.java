package io.turnstone.node.cluster;

import com.google.protobuf.ByteString;
import io.turnstone.node.allocation.AllocationCommand;
import io.turnstone.node.allocation.AllocationCommand.Allocate;
import io.turnstone.node.allocation.AllocationCommand.ChannelBind;
import io.turnstone.node.allocation.AllocationCommand.CreatePermission;
import io.turnstone.node.allocation.AllocationCommand.Move;
import io.turnstone.node.allocation.AllocationCommand.MoveData;
import io.turnstone.node.allocation.AllocationCommand.Refresh;
import io.turnstone.node.allocation.RelayRequest;
import io.turnstone.node.allocation.RequestId;
import io.turnstone.node.rib.AllocateAnswer.Integrity;
import io.turnstone.protocol.net.AddressFamily;
import io.turnstone.protocol.net.FiveTuple;
import io.turnstone.protocol.net.TransportProtocol;
import io.turnstone.protocol.stun.TransactionId;
import io.turnstone.protocol.turn.EvenPort;
import io.turnstone.protocol.wire.AllocateRequest;
import io.turnstone.protocol.wire.AllocationRequest;
import io.turnstone.protocol.wire.ChannelBindRequest;
import io.turnstone.protocol.wire.CreatePermissionRequest;
import io.turnstone.protocol.wire.EvenPortWish;
import io.turnstone.protocol.wire.MoveDataRequest;
import io.turnstone.protocol.wire.MoveRequest;
import io.turnstone.protocol.wire.RefreshRequest;
import io.turnstone.protocol.wire.RequestName;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Maps an {@link AllocationCommand.Request} onto {@code allocation.proto} and back. Stateless, any thread. */
final class AllocationRequests {
    private AllocationRequests() {}

    static AllocationRequest.Builder encode(AllocationCommand.Request request) {
        AllocationRequest.Builder wire = AllocationRequest.newBuilder()
            .setName(encode(request.requestId()))
            .setAccount(request.account());
        return switch (request) {
            case Allocate allocate -> wire.setAllocate(encode(allocate));
            case Refresh refresh -> wire.setRefresh(encode(refresh));
            case CreatePermission permission -> wire.setCreatePermission(
                CreatePermissionRequest.newBuilder()
                    .addAllPeers(permission.peers().stream().map(WireAddress::encode).toList()));
            case ChannelBind bind -> wire.setChannelBind(
                ChannelBindRequest.newBuilder()
                    .setChannelNumber(bind.channelNumber())
                    .setPeer(WireAddress.encode(bind.peer())));
            case Move move -> wire.setMove(
                MoveRequest.newBuilder()
                    .setRefresh(encode(move.refresh()))
                    .setClient(WireAddress.encode(move.fiveTuple().client()))
                    .setServer(WireAddress.encode(move.fiveTuple().server()))
                    .setProtocol(move.fiveTuple().protocol().number())
                    .setTicket(move.ticket()));
            case MoveData data -> wire.setMoveData(
                MoveDataRequest.newBuilder()
                    .setClient(WireAddress.encode(data.fiveTuple().client()))
                    .setServer(WireAddress.encode(data.fiveTuple().server()))
                    .setProtocol(data.fiveTuple().protocol().number()));
        };
    }

    /** @throws IllegalArgumentException if a value is none that this version knows */
    static AllocationCommand.Request decode(AllocationRequest wire) {
        RequestId id = decode(wire.getName());
        String account = wire.getAccount();
        return switch (wire.getRequestCase()) {
            case ALLOCATE -> decode(id, account, wire.getAllocate());
            case REFRESH -> decode(id, account, wire.getRefresh());
            case CREATE_PERMISSION -> new CreatePermission(
                id,
                account,
                wire.getCreatePermission().getPeersList().stream().map(WireAddress::decodeIp).toList());
            case CHANNEL_BIND -> new ChannelBind(
                id,
                account,
                wire.getChannelBind().getChannelNumber(),
                WireAddress.decode(wire.getChannelBind().getPeer()));
            case MOVE -> decode(id, account, wire.getMove());
            case MOVE_DATA -> {
                MoveDataRequest data = wire.getMoveData();
                yield new MoveData(id, account, fiveTuple(data.getClient(), data.getServer(), data.getProtocol()));
            }
            case REQUEST_NOT_SET -> throw new IllegalArgumentException("a request of a kind that is not known here");
        };
    }

    static RequestName encode(RequestId id) {
        return RequestName.newBuilder().setIncarnation(id.incarnation()).setNumber(id.number()).build();
    }

    static RequestId decode(RequestName wire) {
        return new RequestId(wire.getIncarnation(), wire.getNumber());
    }

    private static AllocateRequest encode(Allocate allocate) {
        AllocateRequest.Builder wire = AllocateRequest.newBuilder()
            .setClient(WireAddress.encode(allocate.fiveTuple().client()))
            .setServer(WireAddress.encode(allocate.fiveTuple().server()))
            .setProtocol(allocate.fiveTuple().protocol().number())
            .setTransactionIdHigh(allocate.transaction().id().high())
            .setTransactionIdLow(allocate.transaction().id().low())
            .setSha256(allocate.transaction().integrity() == Integrity.SHA256)
            .setMobile(allocate.transaction().mobile())
            .setFamily(allocate.relay().family().number())
            .setAdditionalIpv6(allocate.relay().additionalIpv6())
            .setEvenPort(encode(allocate.relay().evenPort()));
        allocate.lifetimeSeconds().ifPresent(wire::setLifetimeSeconds);
        allocate.relay().reservationToken().ifPresent(wire::setReservationToken);
        return wire.build();
    }

    private static Allocate decode(RequestId id, String account, AllocateRequest wire) {
        return new Allocate(
            id,
            account,
            fiveTuple(wire.getClient(), wire.getServer(), wire.getProtocol()),
            new AllocationCommand.Transaction(
                new TransactionId(wire.getTransactionIdHigh(), wire.getTransactionIdLow()),
                wire.getSha256() ? Integrity.SHA256 : Integrity.SHA1,
                wire.getMobile()),
            wire.hasLifetimeSeconds() ? OptionalInt.of(wire.getLifetimeSeconds()) : OptionalInt.empty(),
            new RelayRequest(
                family(wire.getFamily()),
                wire.getAdditionalIpv6(),
                decode(wire.getEvenPort()),
                wire.hasReservationToken() ? OptionalLong.of(wire.getReservationToken()) : OptionalLong.empty()));
    }

    private static RefreshRequest encode(Refresh refresh) {
        RefreshRequest.Builder wire = RefreshRequest.newBuilder();
        refresh.lifetimeSeconds().ifPresent(wire::setLifetimeSeconds);
        refresh.familyNumber().ifPresent(wire::setFamily);
        return wire.build();
    }

    private static Refresh decode(RequestId id, String account, RefreshRequest wire) {
        return new Refresh(
            id,
            account,
            wire.hasLifetimeSeconds() ? OptionalInt.of(wire.getLifetimeSeconds()) : OptionalInt.empty(),
            wire.hasFamily() ? OptionalInt.of(wire.getFamily()) : OptionalInt.empty());
    }

    private static Move decode(RequestId id, String account, MoveRequest wire) {
        return new Move(
            decode(id, account, wire.getRefresh()),
            fiveTuple(wire.getClient(), wire.getServer(), wire.getProtocol()),
            wire.getTicket());
    }

    private static FiveTuple fiveTuple(ByteString client, ByteString server, int protocol) {
        return new FiveTuple(
            WireAddress.decode(client), WireAddress.decode(server), TransportProtocol.ofNumber(protocol));
    }

    private static AddressFamily family(int number) {
        AddressFamily family = AddressFamily.ofNumber(number);
        if (family == null) {
            throw new IllegalArgumentException("address family " + number + " is not 1 or 2");
        }
        return family;
    }

    private static EvenPortWish encode(EvenPort evenPort) {
        return switch (evenPort) {
            case ANY -> EvenPortWish.EVEN_PORT_WISH_ANY;
            case EVEN -> EvenPortWish.EVEN_PORT_WISH_EVEN;
            case EVEN_AND_RESERVE_NEXT -> EvenPortWish.EVEN_PORT_WISH_EVEN_AND_RESERVE_NEXT;
        };
    }

    private static EvenPort decode(EvenPortWish wish) {
        return switch (wish) {
            case EVEN_PORT_WISH_ANY -> EvenPort.ANY;
            case EVEN_PORT_WISH_EVEN -> EvenPort.EVEN;
            case EVEN_PORT_WISH_EVEN_AND_RESERVE_NEXT -> EvenPort.EVEN_AND_RESERVE_NEXT;
            case UNRECOGNIZED -> throw new IllegalArgumentException("EVEN-PORT of a kind that is not known here");
        };
    }
}
