package io.turnstone.node.rib;

import io.turnstone.node.allocation.AllocationCommand;
import io.turnstone.node.allocation.RelayRequest;
import io.turnstone.node.allocation.RequestId;
import io.turnstone.node.rib.AllocateAnswer.Integrity;
import io.turnstone.protocol.net.AddressFamily;
import io.turnstone.protocol.net.FiveTuple;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.net.TransportProtocol;
import io.turnstone.protocol.stun.TransactionId;
import io.turnstone.protocol.turn.EvenPort;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/** What the clients of a {@link SimulatedCluster} ask for, by its dice. One thread. */
final class SimulatedRequests {
    static final TransportAddress SERVICE = TransportAddress.parse("192.0.2.1:3478");

    private static final String USER = "user";

    private final RandomGenerator random;
    private final SimulatedTempo tempo;
    private long lastNumber;

    SimulatedRequests(RandomGenerator random, SimulatedTempo tempo) {
        this.random = random;
        this.tempo = tempo;
    }

    /** Never the same twice. */
    long nextNumber() {
        return ++lastNumber;
    }

    private RequestId requestId(SimulatedNode node) {
        return new RequestId(node.incarnation, nextNumber());
    }

    FiveTuple anyFiveTuple() {
        return new FiveTuple(
            TransportAddress.of(IpAddress.ofIpv4(0x0808_0800 + random.nextInt(tempo.addresses())),
                1_000 + random.nextInt(3)),
            SERVICE,
            TransportProtocol.UDP);
    }

    /** The client's first one, at that node. */
    AllocationCommand.Request allocate(SimulatedNode node, SimulatedClients.Client client) {
        return new AllocationCommand.Allocate(
            requestId(node),
            USER,
            client.fiveTuple,
            new AllocationCommand.Transaction(
                new TransactionId(7, client.id), Integrity.SHA1, random.nextBoolean()),
            OptionalInt.empty(),
            new RelayRequest(AddressFamily.IPV4, false, EvenPort.ANY, OptionalLong.empty()));
    }

    /** A later one. */
    AllocationCommand.Request any(SimulatedNode node, SimulatedClients.Client client) {
        return client.ticket > 0 && !client.moving && random.nextInt(8) < tempo.moves()
            ? move(node, client)
            : stay(node, client);
    }

    private AllocationCommand.Request stay(SimulatedNode node, SimulatedClients.Client client) {
        int peer = random.nextInt(SimulatedClients.PEERS - 1);
        return switch (random.nextInt(12)) {
            case 0 -> {
                client.deleting = true;
                yield new AllocationCommand.Refresh(requestId(node), USER, OptionalInt.of(0), OptionalInt.empty());
            }
            case 1, 2, 3, 4 ->
                new AllocationCommand.Refresh(requestId(node), USER, OptionalInt.empty(), OptionalInt.empty());
            case 5, 6, 7 -> new AllocationCommand.CreatePermission(
                requestId(node), USER, List.of(SimulatedClients.peer(peer)));
            default -> new AllocationCommand.ChannelBind(
                requestId(node), USER, 0x4000 + peer, TransportAddress.of(SimulatedClients.peer(peer), 7));
        };
    }

    private AllocationCommand.Request move(SimulatedNode node, SimulatedClients.Client client) {
        client.moving = true;
        return new AllocationCommand.Move(
            new AllocationCommand.Refresh(requestId(node), USER, OptionalInt.empty(), OptionalInt.empty()),
            anyFiveTuple(),
            client.ticket);
    }

    AllocationCommand.Request data(SimulatedNode node, SimulatedClients.Client client) {
        return new AllocationCommand.MoveData(requestId(node), USER, client.fiveTuple);
    }
}
