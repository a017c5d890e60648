package io.turnstone.node.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.punt.PuntOrigin;
import io.turnstone.node.punt.PuntQueue;
import io.turnstone.node.punt.PuntReason;
import io.turnstone.node.rib.Inquiry;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.StunAttribute;
import io.turnstone.protocol.stun.StunError;
import io.turnstone.protocol.stun.StunMessage;
import io.turnstone.protocol.stun.StunType;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** RFC 8016 as the dialogue of a client with the cluster. */
class MobilityTest {
    private static final String ELSEWHERE = "1.2.3.5:2000";
    private static final String FARTHER = "1.2.3.6:3000";

    private final TurnWorld world = new TurnWorld();
    private final TestClient client = TestClient.alice(world.node(1)).challenged();

    @Test
    void shouldGiveATicketToAClientThatAsksForOne() {
        StunMessage success = client.allocateMobile();
        assertThat(success.messageType()).isEqualTo(StunType.ALLOCATE_SUCCESS);
        assertThat(ticket(success)).hasSize(32);
    }

    @Test
    void shouldGiveNoTicketToAClientThatDoesNot() {
        assertThat(client.allocate().has(StunAttribute.MOBILITY_TICKET)).isFalse();
    }

    @Test
    void shouldRepeatTheTicketByteForByteAtEveryNode() {
        byte[] request = client.signed(StunType.ALLOCATE_REQUEST, it -> {
            TestClient.udp(it);
            it.flag(StunAttribute.MOBILITY_TICKET);
        }).bytes();
        byte[] first = client.send(request);
        client.moveTo(world.node(2));
        assertThat(client.retransmit()).isEqualTo(first);
        client.moveTo(world.node(3));
        world.nowMs += 39_999;
        assertThat(client.retransmit()).isEqualTo(first);
    }

    @Test
    void shouldMoveByATicketThatAnotherNodeIssued() {
        byte[] first = ticket(client.allocateMobile());
        client.channelBind(0x4000, "8.8.8.8:9");
        TestClient moved = client.movedTo(ELSEWHERE, world.node(2));
        StunMessage answer = moved.refresh(first);
        assertThat(answer.messageType()).isEqualTo(StunType.REFRESH_SUCCESS);
        assertThat(answer.has(StunAttribute.LIFETIME)).isTrue();
        assertThat(ticket(answer)).hasSize(32).isNotEqualTo(first);
        assertThat(world.onlyRoute().fiveTuple().client()).isEqualTo(moved.address);
        assertThat(world.onlyRoute().channels()).hasSize(1);
        assertThat(moved.channelBind(0x4001, "8.8.8.8:10").messageType()).isEqualTo(StunType.CHANNEL_BIND_SUCCESS);
        assertThat(client.channelBind(0x4002, "8.8.8.8:11").messageType()).as("from the old address, not left yet")
            .isEqualTo(StunType.CHANNEL_BIND_SUCCESS);
    }

    @Test
    void shouldRepeatTheAnswerToAMoveByteForByteAtEveryNode() {
        byte[] first = ticket(client.allocateMobile());
        TestClient moved = client.movedTo(ELSEWHERE, world.node(2));
        byte[] request = moved
            .signed(StunType.REFRESH_REQUEST, it -> it.bytes(StunAttribute.MOBILITY_TICKET, first))
            .bytes();
        byte[] answer = moved.send(request);
        moved.moveTo(world.node(3));
        world.nowMs += 30_000;
        assertThat(moved.retransmit()).isEqualTo(answer).isNotNull();
    }

    @Test
    void shouldLeaveTheOldAddressWithTheFirstDataFromTheNew() {
        TestClient moved = client.movedTo(ELSEWHERE, world.node(2));
        moved.refresh(ticket(client.allocateMobile()));
        assertThat(world.onlyRoute().dataFiveTuple().client()).isEqualTo(client.address);
        data(world.node(3), client.address);
        assertThat(world.onlyRoute().dataFiveTuple().client()).isEqualTo(client.address);
        data(world.node(3), moved.address);
        assertThat(world.onlyRoute().fiveTuples()).hasSize(1);
        assertThat(world.onlyRoute().dataFiveTuple().client()).isEqualTo(moved.address);
    }

    @Test
    void shouldAnswer405WhereMobilityIsOff() {
        byte[] ticket = ticket(client.allocateMobile());
        world.mobility = false;
        TestClient other = client.movedTo(ELSEWHERE, world.node(2));
        assertError(other.allocateMobile(), StunType.ALLOCATE_ERROR, StunError.MOBILITY_FORBIDDEN);
        assertError(other.refresh(ticket), StunType.REFRESH_ERROR, StunError.MOBILITY_FORBIDDEN);
        assertThat(other.allocate().messageType()).isEqualTo(StunType.ALLOCATE_SUCCESS);
    }

    @Test
    void shouldAnswer400ToAnAllocateWithATicketAndToWhatIsNoTicket() {
        assertError(
            client.ask(StunType.ALLOCATE_REQUEST, it -> {
                TestClient.udp(it);
                it.u32(StunAttribute.MOBILITY_TICKET, 1);
            }),
            StunType.ALLOCATE_ERROR,
            StunError.BAD_REQUEST);
        byte[] ticket = ticket(client.allocateMobile());
        TestClient moved = client.movedTo(ELSEWHERE, world.node(2));
        ticket[5] ^= 1;
        assertError(moved.refresh(ticket), StunType.REFRESH_ERROR, StunError.BAD_REQUEST);
        assertError(moved.refresh(new byte[0]), StunType.REFRESH_ERROR, StunError.BAD_REQUEST);
    }

    @Test
    void shouldAnswer400ToATicketFromTheAddressItWasIssuedTo() {
        byte[] ticket = ticket(client.allocateMobile());
        assertError(client.refresh(ticket), StunType.REFRESH_ERROR, StunError.BAD_REQUEST);
    }

    @Test
    void shouldAnswer400ToATicketThatWasUsedAlready() {
        byte[] first = ticket(client.allocateMobile());
        byte[] second = ticket(client.movedTo(ELSEWHERE, world.node(2)).refresh(first));
        TestClient farther = client.movedTo(FARTHER, world.node(3));
        assertError(farther.refresh(first), StunType.REFRESH_ERROR, StunError.BAD_REQUEST);
        assertThat(farther.refresh(second).messageType()).isEqualTo(StunType.REFRESH_SUCCESS);
    }

    @Test
    void shouldAnswer441ToAnotherUsersTicket() {
        byte[] ticket = ticket(client.allocateMobile());
        TestClient bob = new TestClient(world.node(2), ELSEWHERE, "bob", "builder").challenged();
        assertError(bob.refresh(ticket), StunType.REFRESH_ERROR, StunError.WRONG_CREDENTIALS);
        assertThat(world.onlyRoute().fiveTuple().client()).isEqualTo(client.address);
    }

    @Test
    void shouldAnswer437WhereAnotherAllocationIsAlready() {
        byte[] ticket = ticket(client.allocateMobile());
        TestClient moved = client.movedTo(ELSEWHERE, world.node(2));
        moved.allocate();
        assertError(moved.refresh(ticket), StunType.REFRESH_ERROR, StunError.ALLOCATION_MISMATCH);
    }

    @Test
    void shouldAnswer437OnlyWhenTheClusterIsCertainThatTheAllocationIsGone() {
        byte[] ticket = ticket(client.allocateMobile());
        client.refresh(0);
        TestClient moved = client.movedTo(ELSEWHERE, world.node(2));
        byte[] request = moved
            .signed(StunType.REFRESH_REQUEST, it -> it.bytes(StunAttribute.MOBILITY_TICKET, ticket))
            .bytes();
        assertThat(moved.send(request)).isNull();
        world.nowMs += 1_000;
        world.inquiry = new Inquiry.Unknown();
        assertError(moved.expect(request), StunType.REFRESH_ERROR, StunError.ALLOCATION_MISMATCH);
    }

    @Test
    void shouldEndTheAllocationByATicketWithLifetimeZero() {
        byte[] ticket = ticket(client.allocateMobile());
        StunMessage answer = client.movedTo(ELSEWHERE, world.node(2))
            .ask(
                StunType.REFRESH_REQUEST,
                it -> it.u32(StunAttribute.LIFETIME, 0).bytes(StunAttribute.MOBILITY_TICKET, ticket));
        assertThat(answer.messageType()).isEqualTo(StunType.REFRESH_SUCCESS);
        assertThat(answer.has(StunAttribute.MOBILITY_TICKET)).isFalse();
        assertThat(world.routeCount()).isZero();
    }

    /** The forwarding plane's word that data came from that address. */
    private void data(TurnWorld.Node at, TransportAddress from) {
        PuntQueue punts = new PuntQueue(1 << 10, () -> {});
        punts.offer(PuntReason.MOVE_DATA, new Sender(from), new UnsafeBuffer(new byte[0]), 0, 0);
        punts.drain(packet -> at.service.onPunt(packet, world.nowMs), 1);
    }

    private record Sender(TransportAddress address) implements PuntOrigin {
        @Override
        public int listener() {
            return 0;
        }

        @Override
        public int forwarder() {
            return 0;
        }

        @Override
        public long sourceHigh() {
            return address.high();
        }

        @Override
        public long sourceLow() {
            return address.low();
        }

        @Override
        public int sourcePort() {
            return address.port();
        }

        @Override
        public long hopHigh() {
            return address.high();
        }

        @Override
        public long hopLow() {
            return address.low();
        }

        @Override
        public int hopPort() {
            return address.port();
        }
    }

    private static byte[] ticket(StunMessage success) {
        return success.bytes(success.find(StunAttribute.MOBILITY_TICKET));
    }

    private static void assertError(StunMessage message, int messageType, StunError error) {
        assertThat(message.messageType()).isEqualTo(messageType);
        int at = message.find(StunAttribute.ERROR_CODE);
        assertThat(message.buffer().getByte(at + 2) * 100 + message.buffer().getByte(at + 3)).isEqualTo(error.code());
    }
}
