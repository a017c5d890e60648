package io.turnstone.node.allocation;

import io.turnstone.node.allocation.AllocationCommand.Allocate;
import io.turnstone.node.allocation.AllocationCommand.ChannelBind;
import io.turnstone.node.allocation.AllocationCommand.CreatePermission;
import io.turnstone.node.allocation.AllocationCommand.Move;
import io.turnstone.node.allocation.AllocationCommand.MoveData;
import io.turnstone.node.allocation.AllocationCommand.Refresh;
import io.turnstone.node.allocation.AllocationCommand.Request;
import io.turnstone.node.allocation.AllocationCommand.Transaction;
import io.turnstone.node.rib.AllocateAnswer.Integrity;
import io.turnstone.node.rib.Route;
import io.turnstone.protocol.net.AddressFamily;
import io.turnstone.protocol.net.FiveTuple;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.turn.TurnRequest;
import io.turnstone.protocol.turn.TurnRequest.AllocateRequest;
import io.turnstone.protocol.turn.TurnRequest.ChannelBindRequest;
import io.turnstone.protocol.turn.TurnRequest.CreatePermissionRequest;
import io.turnstone.protocol.turn.TurnRequest.RefreshRequest;

/** Puts what clients want into words for authorities, each under a number of its own. Owned by one thread. */
final class Commands {
    private final TurnSettings settings;
    private long nextNumber;

    Commands(TurnSettings settings) {
        this.settings = settings;
    }

    Request of(Exchange exchange, TurnRequest request) {
        String account = exchange.proof().account();
        return switch (request) {
            case AllocateRequest allocate -> new Allocate(
                nextRequestId(),
                account,
                exchange.fiveTuple(),
                new Transaction(
                    exchange.id(),
                    exchange.proof().sha256() ? Integrity.SHA256 : Integrity.SHA1,
                    allocate.mobile()),
                allocate.lifetimeSeconds(),
                relayRequest(exchange, allocate));
            case RefreshRequest refresh -> refresh(exchange, refresh);
            case CreatePermissionRequest create -> new CreatePermission(
                nextRequestId(),
                account,
                create.peers().stream().map(TransportAddress::ip).distinct().toList());
            case ChannelBindRequest bind ->
                new ChannelBind(nextRequestId(), account, bind.channelNumber(), bind.peer());
        };
    }

    /** A Refresh with that ticket. */
    Request move(Exchange exchange, RefreshRequest request, int ticket) {
        return new Move(refresh(exchange, request), exchange.fiveTuple(), ticket);
    }

    Request moveData(Route route, FiveTuple fiveTuple) {
        return new MoveData(nextRequestId(), route.username(), fiveTuple);
    }

    private Refresh refresh(Exchange exchange, RefreshRequest request) {
        return new Refresh(
            nextRequestId(), exchange.proof().account(), request.lifetimeSeconds(), request.requestedFamily());
    }

    private RelayRequest relayRequest(Exchange exchange, AllocateRequest request) {
        AddressFamily family = request.requestedFamily();
        if (family == null) {
            family = settings.followsClientFamily() && !request.additionalIpv6()
                ? AddressFamily.of(exchange.origin().client())
                : AddressFamily.IPV4;
        }
        return new RelayRequest(family, request.additionalIpv6(), request.evenPort(), request.reservationToken());
    }

    private RequestId nextRequestId() {
        return new RequestId(settings.incarnation(), nextNumber++);
    }
}
