package io.turnstone.node.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.allocation.AllocationCommand.Allocate;
import io.turnstone.node.allocation.AllocationCommand.Recovered;
import io.turnstone.node.allocation.AllocationCommand.RelayAnswered;
import io.turnstone.node.allocation.AllocationCommand.Replicated;
import io.turnstone.node.allocation.AllocationCommand.Transaction;
import io.turnstone.node.allocation.AllocationEffect.Announce;
import io.turnstone.node.allocation.AllocationEffect.Respond;
import io.turnstone.node.allocation.AllocationReply.Missing;
import io.turnstone.node.allocation.AllocationReply.Refused;
import io.turnstone.node.rib.AllocateAnswer.Integrity;
import io.turnstone.node.rib.Route;
import io.turnstone.protocol.net.AddressFamily;
import io.turnstone.protocol.net.FiveTuple;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.IpPrefix;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.net.TransportProtocol;
import io.turnstone.protocol.stun.StunError;
import io.turnstone.protocol.stun.TransactionId;
import io.turnstone.protocol.turn.EvenPort;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The dialogue between an allocation and the world around it, which the tests play. */
abstract class AllocationDialogue {
    static final long ID = 17;
    static final long NODE = 0xA;
    static final long NOW_MS = 1_000_000;
    static final TransportAddress RELAYED = TransportAddress.parse("198.18.0.1:50000");
    static final TransportAddress RELAYED_V6 = TransportAddress.parse("[2606:4700::1]:50000");
    static final TransportAddress PEER = TransportAddress.parse("8.8.8.8:4000");
    static final TransportAddress OTHER_PEER = TransportAddress.parse("8.8.4.4:4000");
    static final FiveTuple FIVE_TUPLE = new FiveTuple(
        TransportAddress.parse("1.2.3.4:1000"), TransportAddress.parse("5.6.7.8:3478"), TransportProtocol.UDP);

    final AllocationLimits limits = new AllocationLimits(600, 3600, 3, 2, 0x7FFF);
    final Allocation allocation = new Allocation(
        ID, NODE, limits, new PeerPolicy(List.of(), List.of(IpPrefix.parse("9.0.0.0/8")), _ -> false));
    long nowMs = NOW_MS;
    private long number;

    Route allocated(TransportAddress... relayed) {
        return allocated(allocate(), relayed);
    }

    Route allocated(Allocate request, TransportAddress... relayed) {
        tell(new Recovered(Optional.empty()));
        tell(request);
        Route route = announced(tell(opened(relayed.length == 0 ? new TransportAddress[]{RELAYED} : relayed)));
        tell(new Replicated(route.version()));
        return route;
    }

    Route serve(AllocationCommand.Request request) {
        Route route = announced(tell(request));
        assertThat(tell(new Replicated(route.version()))).filteredOn(Respond.class::isInstance).hasSize(1);
        return route;
    }

    List<AllocationEffect> tell(AllocationCommand command) {
        return allocation.handle(command, nowMs);
    }

    Allocate allocate() {
        return allocate(new TransactionId(1, 2), false);
    }

    Allocate allocate(TransactionId id, boolean mobile) {
        return new Allocate(
            requestId(),
            "alice",
            FIVE_TUPLE,
            new Transaction(id, Integrity.SHA1, mobile),
            OptionalInt.empty(),
            new RelayRequest(AddressFamily.IPV4, false, EvenPort.ANY, OptionalLong.empty()));
    }

    RequestId requestId() {
        return new RequestId(NODE, number++);
    }

    static RelayAnswered opened(TransportAddress... relayed) {
        return new RelayAnswered(new RelayPorts.Opened(Arrays.asList(relayed), OptionalLong.empty(), Optional.empty()));
    }

    static Route announced(List<AllocationEffect> effects) {
        return effects.stream()
            .filter(Announce.class::isInstance)
            .map(it -> ((Announce) it).route())
            .reduce((_, last) -> last)
            .orElseThrow(() -> new AssertionError("nothing announced: " + effects));
    }

    static Respond refused(AllocationCommand.Request request, StunError error) {
        return new Respond(new Refused(request.requestId(), error));
    }

    static Respond missing(AllocationCommand.Request request) {
        return new Respond(new Missing(request.requestId()));
    }

    static List<IpAddress> ips(String... literals) {
        return Arrays.stream(literals).map(IpAddress::parse).toList();
    }
}
