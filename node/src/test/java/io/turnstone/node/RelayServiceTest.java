package io.turnstone.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.allocation.RelayPorts;
import io.turnstone.node.allocation.RelayRequest;
import io.turnstone.node.rib.PortLeases;
import io.turnstone.protocol.net.AddressFamily;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.PortRange;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.StunError;
import io.turnstone.protocol.turn.EvenPort;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RelayServiceTest {
    private static final IpAddress ADVERTISED = IpAddress.parse("203.0.113.1");
    private static final PortRange RANGE = new PortRange(49_152, 49_279);
    private static final PortRange SLICE = new PortRange(49_152, 49_215);
    private static final long QUARANTINE_MS = 60_000;

    private final SplittableRandom random = new SplittableRandom(1);
    private final PortLeases leases = new PortLeases(RANGE, QUARANTINE_MS, random);
    private final Set<TransportAddress> routed = new HashSet<>();
    private long nowMs = 1_000;
    private final RelayService virtual = new RelayService(
        List.of(new RelayService.Address(IpAddress.parse("127.0.0.1"), ADVERTISED, leases)),
        new VirtualRelaySockets(), routed::contains, Runnable::run, () -> nowMs, random);

    private RelayPorts.RelayOutcome open(EvenPort evenPort) {
        List<RelayPorts.RelayOutcome> outcome = new ArrayList<>();
        virtual.open(7, new RelayRequest(AddressFamily.IPV4, false, evenPort, OptionalLong.empty()), outcome::add);
        return outcome.getFirst();
    }

    private TransportAddress opened(EvenPort evenPort) {
        assertThat(open(evenPort)).isInstanceOf(RelayPorts.Opened.class);
        return ((RelayPorts.Opened) open(evenPort)).relayedAddresses().getFirst();
    }

    @Test
    void shouldRefuseWith508WithoutASlice() {
        assertThat(open(EvenPort.ANY)).isEqualTo(new RelayPorts.Refused(StunError.INSUFFICIENT_CAPACITY));
    }

    @Test
    void shouldGiveAwayPortsOfItsSliceOnly() {
        leases.grant(SLICE);
        for (int i = 0; i < 32; i++) {
            assertThat(SLICE.contains(opened(EvenPort.ANY).port())).isTrue();
        }
        assertThat(open(EvenPort.ANY)).isEqualTo(new RelayPorts.Refused(StunError.INSUFFICIENT_CAPACITY));
    }

    @Test
    void shouldNeverGiveAwayAPortThatARouteNames() {
        leases.grant(SLICE);
        for (int port = SLICE.first(); port < SLICE.last() - 4; port++) {
            routed.add(TransportAddress.of(ADVERTISED, port));
        }
        for (int i = 0; i < 20; i++) {
            if (open(EvenPort.ANY) instanceof RelayPorts.Opened relay) {
                assertThat(routed).doesNotContainAnyElementsOf(relay.relayedAddresses());
            }
        }
    }

    @Test
    void shouldReserveThePairWithinTheSlice() {
        leases.grant(SLICE);
        RelayPorts.Opened pair = (RelayPorts.Opened) open(EvenPort.EVEN_AND_RESERVE_NEXT);
        int even = pair.relayedAddresses().getFirst().port();
        List<RelayPorts.RelayOutcome> second = new ArrayList<>();
        virtual.open(8, new RelayRequest(AddressFamily.IPV4, false, EvenPort.ANY, pair.reservationToken()),
            second::add);

        assertThat(even % 2).isZero();
        assertThat(((RelayPorts.Opened) second.getFirst()).relayedAddresses())
            .containsExactly(TransportAddress.of(ADVERTISED, even + 1));
    }

    @Test
    void shouldLetThePortOfAnAllocationRestThatHadNoSocket() {
        leases.grant(SLICE);
        TransportAddress relayed = opened(EvenPort.ANY);
        int free = virtual.freePorts();
        virtual.close(relayed);
        assertThat(virtual.freePorts()).isEqualTo(free);
        nowMs += QUARANTINE_MS;
        assertThat(virtual.freePorts()).isEqualTo(free + 1);
    }

    @Test
    void shouldTouchNoLeaseForTheAddressOfAnotherNode() {
        leases.grant(SLICE);
        virtual.close(TransportAddress.of(ADVERTISED, SLICE.last() + 1));
        nowMs += QUARANTINE_MS;
        assertThat(virtual.freePorts()).isEqualTo(64);
    }
}
