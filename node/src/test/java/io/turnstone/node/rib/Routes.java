package io.turnstone.node.rib;

import io.turnstone.node.replication.Lineage;
import io.turnstone.node.rib.AllocateAnswer.AddressError;
import io.turnstone.node.rib.AllocateAnswer.Integrity;
import io.turnstone.protocol.net.FiveTuple;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.net.TransportProtocol;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Routes for tests. */
final class Routes {
    static final TransportAddress SERVICE = TransportAddress.parse("192.0.2.1:3478");
    static final TransportAddress PEER = TransportAddress.parse("198.51.100.7:7");
    static final TransportAddress OTHER_PEER = TransportAddress.parse("198.51.100.8:8");

    private Routes() {}

    static Route route(long id, long owner, int clientPort, int relayedPort, long expiryMs) {
        return new Route(
            id,
            Lineage.first(owner),
            new FiveTuple(TransportAddress.of(IpAddress.parse("8.8.8.8"), clientPort), SERVICE, TransportProtocol.UDP),
            List.of(TransportAddress.of(IpAddress.parse("203.0.113.1"), relayedPort)),
            "user",
            0,
            expiryMs,
            new AllocateAnswer(
                1,
                2,
                600,
                Integrity.SHA256,
                OptionalLong.of(-3),
                Optional.of(new AddressError(2, 440)),
                40_000),
            List.of(),
            List.of(),
            Mobility.NEW);
    }
}
