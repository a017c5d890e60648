package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.signaling.DatagramFlows.DatagramFlow;
import io.turnstone.node.signaling.DatagramFlows.Ends;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.sip.SipTransport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DatagramFlowsTest {
    private static final int NODE = 7;
    private static final long IDLE_MS = 1_000;

    private final Set<FlowName> registered = new HashSet<>();
    private final List<FlowName> ended = new ArrayList<>();
    private final DatagramFlows flows = new DatagramFlows(NODE, 3, IDLE_MS, registered::contains, ended::add);

    private static Ends ends(int listener, String remote) {
        TransportAddress address = TransportAddress.parse(remote);
        return new Ends(listener, address, address);
    }

    private FlowName open(int port, long nowMs) {
        return name(flows.findOrOpen(ends(0, "203.0.113.1:" + port), nowMs));
    }

    private static FlowName name(@Nullable DatagramFlow flow) {
        return Objects.requireNonNull(flow).arrival().flow();
    }

    @Test
    void shouldNameEachPairOfAddressesOnce() {
        FlowName first = open(1, 0);

        assertThat(first.node()).isEqualTo(NODE);
        assertThat(first.transport()).isEqualTo(SipTransport.UDP);
        assertThat(first.id()).as("those of streams are above 0").isNegative();
        assertThat(open(1, 5)).isEqualTo(first);
        assertThat(open(2, 5)).isNotEqualTo(first);
        assertThat(name(flows.findOrOpen(ends(1, "203.0.113.1:1"), 5))).isNotEqualTo(first);
        assertThat(flows.size()).isEqualTo(3);
        assertThat(name(flows.find(first))).isEqualTo(first);
        assertThat(flows.find(new FlowName(NODE + 1, first.id(), SipTransport.UDP))).isNull();
    }

    @Test
    void shouldEndWhatIsIdleAndNeverNameAnotherOneAlike() {
        FlowName first = open(1, 0);
        FlowName second = open(2, 0);
        open(2, IDLE_MS / 2);

        assertThat(flows.endIdle(IDLE_MS - 1)).isZero();
        assertThat(flows.endIdle(IDLE_MS)).isEqualTo(1);
        assertThat(ended).containsExactly(first);
        assertThat(flows.find(first)).isNull();
        assertThat(name(flows.find(second))).isEqualTo(second);
        assertThat(open(1, IDLE_MS)).isNotIn(first, second);
    }

    @Test
    void shouldKeepWhatIsRegisteredOver() {
        FlowName first = open(1, 0);
        registered.add(first);

        assertThat(flows.endIdle(10 * IDLE_MS)).isZero();
        registered.clear();
        assertThat(flows.endIdle(11 * IDLE_MS - 1)).isZero();
        assertThat(flows.endIdle(11 * IDLE_MS)).isEqualTo(1);
    }

    @Test
    void shouldMakeRoomByEndingWhatWasHeardLeastLately() {
        FlowName first = open(1, 0);
        FlowName second = open(2, 1);
        FlowName third = open(3, 2);
        open(1, 3);
        registered.add(second);

        open(4, 4);

        assertThat(ended).containsExactly(third);
        assertThat(flows.size()).isEqualTo(3);
        registered.add(first);
        registered.add(open(4, 5));
        assertThat(flows.findOrOpen(ends(0, "203.0.113.1:5"), 6)).isNull();
        assertThat(open(1, 7)).isEqualTo(first);
    }
}
