package io.turnstone.node.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.RequestBuilder;
import io.turnstone.node.rib.ControlCounters;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.StunAttribute;
import io.turnstone.protocol.stun.StunMessage;
import io.turnstone.protocol.stun.StunType;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 8656 §11.5. */
class IcmpRelayTest {
    private static final TransportAddress PEER = TransportAddress.parse("8.8.8.8:4000");
    private static final TransportAddress PEER_IPV6 = TransportAddress.parse("[2606:4700::9]:4000");

    private final TurnWorld world = new TurnWorld();
    private final TestClient client = TestClient.alice(world.node(1)).challenged();
    private final Deque<byte[]> sent = new ArrayDeque<>();
    private final ControlCounters<TurnCounter> counters = new ControlCounters<>(TurnCounter.class);
    private int listener;
    private final IcmpRelay relay = new IcmpRelay(world, (_, _) -> listener, (origin, buffer, offset, length) -> {
        assertThat(origin.client()).isEqualTo(client.address);
        byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        sent.add(bytes);
    }, counters, new Random(1));

    @Test
    void shouldTellTheClientWhichPeerWhichErrorAndNoData() {
        TransportAddress relayed = allocated();
        relay.onIcmp(new IcmpError(3, 4, 1280, relayed, PEER), world.nowMs);
        StunMessage indication = RequestBuilder.parse(sent.remove());
        assertThat(indication.messageType()).isEqualTo(StunType.DATA_INDICATION);
        assertThat(indication.xorAddress(indication.find(StunAttribute.XOR_PEER_ADDRESS))).isEqualTo(PEER);
        ByteBuffer icmp = ByteBuffer.wrap(indication.bytes(indication.find(StunAttribute.ICMP)));
        assertThat(icmp.getInt()).isEqualTo(3 << 9 | 4);
        assertThat(icmp.getInt()).isEqualTo(1280);
        assertThat(indication.has(StunAttribute.DATA)).isFalse();
        assertThat(counters.get(TurnCounter.ICMP_RELAYED)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"3,true", "11,true", "0,false", "4,false", "5,false", "8,false", "12,false", "1,false", "2,false"})
    void shouldTellOnlyUnreachableAndTimeExceededOfIpv4(int type, boolean told) {
        relay.onIcmp(new IcmpError(type, 0, 0, allocated(), PEER), world.nowMs);
        assertThat(sent).hasSize(told ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({"1,true", "2,true", "3,true", "4,false", "11,false", "128,false"})
    void shouldTellOnlyUnreachableTooBigAndTimeExceededOfIpv6(int type, boolean told) {
        client.ask(StunType.ALLOCATE_REQUEST, it -> {
            TestClient.udp(it);
            it.u32(StunAttribute.REQUESTED_ADDRESS_FAMILY, 2 << 24);
        });
        client.createPermission(PEER_IPV6.toString());
        TransportAddress relayed = world.onlyRoute().relayedAddresses().getFirst();
        relay.onIcmp(new IcmpError(type, 0, 0, relayed, PEER_IPV6), world.nowMs);
        assertThat(sent).hasSize(told ? 1 : 0);
    }

    @Test
    void shouldLeaveAClientToTheNodeThatHearsIt() {
        world.reachesNobody = true;
        relay.onIcmp(new IcmpError(3, 4, 1280, allocated(), PEER), world.nowMs);
        assertThat(sent).isEmpty();
        assertThat(counters.get(TurnCounter.ICMP_DROPPED)).isEqualTo(1);
    }

    @Test
    void shouldDropAnErrorWithoutPermissionAllocationOrListener() {
        TransportAddress relayed = allocated();
        relay.onIcmp(new IcmpError(3, 1, 0, relayed, TransportAddress.parse("8.8.4.4:4000")), world.nowMs);
        relay.onIcmp(new IcmpError(3, 1, 0, relayed.withPort(1), PEER), world.nowMs);
        relay.onIcmp(new IcmpError(3, 1, 0, relayed, PEER), world.nowMs + 300_000);
        listener = -1;
        relay.onIcmp(new IcmpError(3, 1, 0, relayed, PEER), world.nowMs);
        assertThat(sent).isEmpty();
        assertThat(counters.get(TurnCounter.ICMP_DROPPED)).isEqualTo(4);
    }

    private TransportAddress allocated() {
        client.allocate();
        client.createPermission(PEER.toString());
        return world.onlyRoute().relayedAddresses().getFirst();
    }
}
