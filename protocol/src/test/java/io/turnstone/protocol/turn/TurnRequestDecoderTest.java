package io.turnstone.protocol.turn;

import static io.turnstone.protocol.stun.StunAttribute.ADDITIONAL_ADDRESS_FAMILY;
import static io.turnstone.protocol.stun.StunAttribute.CHANNEL_NUMBER;
import static io.turnstone.protocol.stun.StunAttribute.DONT_FRAGMENT;
import static io.turnstone.protocol.stun.StunAttribute.EVEN_PORT;
import static io.turnstone.protocol.stun.StunAttribute.LIFETIME;
import static io.turnstone.protocol.stun.StunAttribute.MOBILITY_TICKET;
import static io.turnstone.protocol.stun.StunAttribute.REQUESTED_ADDRESS_FAMILY;
import static io.turnstone.protocol.stun.StunAttribute.REQUESTED_TRANSPORT;
import static io.turnstone.protocol.stun.StunAttribute.RESERVATION_TOKEN;
import static io.turnstone.protocol.stun.StunAttribute.TURN_SERVER_SET;
import static io.turnstone.protocol.stun.StunAttribute.XOR_PEER_ADDRESS;
import static io.turnstone.protocol.stun.StunAttribute.setOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.net.AddressFamily;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.StunError;
import io.turnstone.protocol.stun.StunMessage;
import io.turnstone.protocol.stun.StunType;
import io.turnstone.protocol.stun.StunWriter;
import io.turnstone.protocol.turn.TurnRequest.AllocateRequest;
import io.turnstone.protocol.turn.TurnRequest.ChannelBindRequest;
import io.turnstone.protocol.turn.TurnRequest.CreatePermissionRequest;
import io.turnstone.protocol.turn.TurnRequest.RefreshRequest;
import io.turnstone.protocol.turn.TurnRequestDecoder.Decoded;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TurnRequestDecoderTest {
    private static final int UDP = 17 << 24;
    private static final int IPV4 = 1 << 24;
    private static final int IPV6 = 2 << 24;
    private static final TransportAddress PEER = TransportAddress.parse("192.0.2.7:4000");
    private static final TransportAddress PEER_IPV6 = TransportAddress.parse("[2001:db8::7]:4000");

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[400]);
    private final StunWriter writer = new StunWriter();

    @Test
    void shouldDecodeAnAllocateWithEverything() {
        allocate().u32(LIFETIME, 3600)
            .u32(REQUESTED_ADDRESS_FAMILY, IPV6)
            .flag(DONT_FRAGMENT)
            .bytes(EVEN_PORT, reserve());

        shouldBe(
            new AllocateRequest(
                OptionalInt.of(3600),
                AddressFamily.IPV6,
                false,
                EvenPort.EVEN_AND_RESERVE_NEXT,
                OptionalLong.empty(),
                true, false));
    }

    @Test
    void shouldDecodeAnAllocateOfBothFamilies() {
        allocate().u32(ADDITIONAL_ADDRESS_FAMILY, IPV6).bytes(EVEN_PORT, new byte[1]);

        shouldBe(
            new AllocateRequest(OptionalInt.empty(), null, true, EvenPort.EVEN, OptionalLong.empty(), false, false));
    }

    @Test
    void shouldDecodeAnAllocateWithAReservation() {
        allocate().u64(RESERVATION_TOKEN, -2).u32(LIFETIME, -1);

        shouldBe(
            new AllocateRequest(
                OptionalInt.of(Integer.MAX_VALUE), null, false, EvenPort.ANY, OptionalLong.of(-2), false, false));
    }

    @Test
    void shouldDecodeAnAllocateThatWantsAMobilityTicket() {
        allocate().flag(MOBILITY_TICKET);

        shouldBe(
            new AllocateRequest(OptionalInt.empty(), null, false, EvenPort.ANY, OptionalLong.empty(), false, true));
    }

    @Test
    void shouldRefuseAnAllocateThatBringsAMobilityTicket() {
        allocate().u32(MOBILITY_TICKET, 1);
        shouldFail(StunError.BAD_REQUEST);
    }

    @Test
    void shouldRefuseAnAllocateWithoutUsableTransport() {
        begin(StunType.ALLOCATE_REQUEST);
        shouldFail(StunError.BAD_REQUEST);
        begin(StunType.ALLOCATE_REQUEST).bytes(REQUESTED_TRANSPORT, new byte[]{17});
        shouldFail(StunError.BAD_REQUEST);
        begin(StunType.ALLOCATE_REQUEST).u32(REQUESTED_TRANSPORT, 6 << 24);
        shouldFail(StunError.UNSUPPORTED_TRANSPORT_PROTOCOL);
    }

    @Test
    void shouldRefuseAnAllocateThatContradictsItself() {
        allocate().u64(RESERVATION_TOKEN, 1).bytes(EVEN_PORT, new byte[1]);
        shouldFail(StunError.BAD_REQUEST);
        allocate().u64(RESERVATION_TOKEN, 1).u32(REQUESTED_ADDRESS_FAMILY, IPV4);
        shouldFail(StunError.BAD_REQUEST);
        allocate().u64(RESERVATION_TOKEN, 1).u32(ADDITIONAL_ADDRESS_FAMILY, IPV6);
        shouldFail(StunError.BAD_REQUEST);
        allocate().u32(REQUESTED_ADDRESS_FAMILY, IPV4).u32(ADDITIONAL_ADDRESS_FAMILY, IPV6);
        shouldFail(StunError.BAD_REQUEST);
        allocate().u32(ADDITIONAL_ADDRESS_FAMILY, IPV6).bytes(EVEN_PORT, reserve());
        shouldFail(StunError.BAD_REQUEST);
        allocate().u32(ADDITIONAL_ADDRESS_FAMILY, IPV4);
        shouldFail(StunError.BAD_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(ints = {
        LIFETIME,
        REQUESTED_ADDRESS_FAMILY,
        ADDITIONAL_ADDRESS_FAMILY,
        EVEN_PORT,
        RESERVATION_TOKEN})
    void shouldRefuseAnAllocateWhenAnAttributeHasAnotherLength(int type) {
        allocate().bytes(type, new byte[3]);

        shouldFail(StunError.BAD_REQUEST);
    }

    @Test
    void shouldRefuseAFamilyThatDoesNotExist() {
        allocate().u32(REQUESTED_ADDRESS_FAMILY, 3 << 24);

        shouldFail(StunError.ADDRESS_FAMILY_NOT_SUPPORTED);
    }

    @Test
    void shouldListTheUnknownBeforeAnythingElseIsChecked() {
        begin(StunType.ALLOCATE_REQUEST).u32(0x0033, 0).flag(DONT_FRAGMENT);

        assertThat(decode(TURN_SERVER_SET & ~setOf(DONT_FRAGMENT)))
            .isEqualTo(new Decoded.Invalid(StunError.UNKNOWN_ATTRIBUTE, List.of(0x0033, DONT_FRAGMENT)));
        assertThat(decode(TURN_SERVER_SET))
            .isEqualTo(new Decoded.Invalid(StunError.UNKNOWN_ATTRIBUTE, List.of(0x0033)));
    }

    @Test
    void shouldDecodeARefresh() {
        begin(StunType.REFRESH_REQUEST).u32(LIFETIME, 0).u32(REQUESTED_ADDRESS_FAMILY, 9 << 24);
        shouldBe(new RefreshRequest(OptionalInt.of(0), OptionalInt.of(9)));
        begin(StunType.REFRESH_REQUEST);
        shouldBe(new RefreshRequest(OptionalInt.empty(), OptionalInt.empty()));
        begin(StunType.REFRESH_REQUEST).bytes(LIFETIME, new byte[8]);
        shouldFail(StunError.BAD_REQUEST);
    }

    @Test
    void shouldDecodeEveryPeerOfACreatePermission() {
        begin(StunType.CREATE_PERMISSION_REQUEST).xorAddress(XOR_PEER_ADDRESS, PEER)
            .xorAddress(XOR_PEER_ADDRESS, PEER_IPV6);

        shouldBe(new CreatePermissionRequest(List.of(PEER, PEER_IPV6)));
    }

    @Test
    void shouldRefuseACreatePermissionWithoutPeerOrWithOneMalformed() {
        begin(StunType.CREATE_PERMISSION_REQUEST);
        shouldFail(StunError.BAD_REQUEST);
        begin(StunType.CREATE_PERMISSION_REQUEST).xorAddress(XOR_PEER_ADDRESS, PEER)
            .bytes(XOR_PEER_ADDRESS, new byte[8]);
        shouldFail(StunError.BAD_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x4000, 0x4FFF, 0x7FFF})
    void shouldDecodeAChannelBindWithinTheNumbers(int number) {
        begin(StunType.CHANNEL_BIND_REQUEST).u32(CHANNEL_NUMBER, number << 16 | 0xABCD)
            .xorAddress(XOR_PEER_ADDRESS, PEER);

        shouldBe(new ChannelBindRequest(number, PEER));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x3FFF, 0x8000, 0, 0xFFFF})
    void shouldRefuseAChannelBindBeyondTheNumbers(int number) {
        begin(StunType.CHANNEL_BIND_REQUEST).u32(CHANNEL_NUMBER, number << 16).xorAddress(XOR_PEER_ADDRESS, PEER);

        shouldFail(StunError.BAD_REQUEST);
    }

    @Test
    void shouldRefuseAChannelBindWithoutNumberOrPeer() {
        begin(StunType.CHANNEL_BIND_REQUEST).u32(CHANNEL_NUMBER, 0x4000 << 16);
        shouldFail(StunError.BAD_REQUEST);
        begin(StunType.CHANNEL_BIND_REQUEST).xorAddress(XOR_PEER_ADDRESS, PEER);
        shouldFail(StunError.BAD_REQUEST);
        begin(StunType.CHANNEL_BIND_REQUEST).u64(CHANNEL_NUMBER, 0x4000L << 48).xorAddress(XOR_PEER_ADDRESS, PEER);
        shouldFail(StunError.BAD_REQUEST);
    }

    @Test
    void shouldRefuseAnotherMethod() {
        begin(StunType.BINDING_REQUEST);

        shouldFail(StunError.BAD_REQUEST);
    }

    private static byte[] reserve() {
        return new byte[]{(byte) 0x80};
    }

    private StunWriter allocate() {
        return begin(StunType.ALLOCATE_REQUEST).u32(REQUESTED_TRANSPORT, UDP);
    }

    private StunWriter begin(int type) {
        return writer.begin(buffer, 0, type, 7, 8);
    }

    private void shouldBe(TurnRequest request) {
        assertThat(decode(TURN_SERVER_SET)).isEqualTo(new Decoded.Valid(request));
    }

    private void shouldFail(StunError error) {
        assertThat(decode(TURN_SERVER_SET)).isEqualTo(new Decoded.Invalid(error, List.of()));
    }

    private Decoded decode(long understoodSet) {
        StunMessage message = new StunMessage();
        assertThat(message.wrap(buffer, 0, writer.length())).isTrue();
        return TurnRequestDecoder.decode(message, understoodSet);
    }
}
