package io.turnstone.protocol.turn;

import static io.turnstone.protocol.stun.StunAttribute.DATA;
import static io.turnstone.protocol.stun.StunAttribute.DONT_FRAGMENT;
import static io.turnstone.protocol.stun.StunAttribute.ICMP;
import static io.turnstone.protocol.stun.StunAttribute.TURN_SERVER_SET;
import static io.turnstone.protocol.stun.StunAttribute.XOR_PEER_ADDRESS;
import static io.turnstone.protocol.stun.StunAttribute.setOf;
import static java.nio.ByteOrder.BIG_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.LongTermKey;
import io.turnstone.protocol.stun.MessageIntegrity;
import io.turnstone.protocol.stun.PasswordAlgorithm;
import io.turnstone.protocol.stun.StunMessage;
import io.turnstone.protocol.stun.StunType;
import io.turnstone.protocol.stun.StunWriter;
import java.util.HexFormat;
import javax.crypto.SecretKey;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IndicationTest {
    private static final TransportAddress PEER = TransportAddress.parse("192.0.2.7:4000");
    private static final TransportAddress OTHER = TransportAddress.parse("[2001:db8::7]:4001");

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[400]);
    private final StunWriter writer = new StunWriter();
    private final SendIndication send = new SendIndication();
    private final StunMessage message = new StunMessage();

    @Test
    void shouldReadPeerDataAndDontFragment() {
        begin().flag(DONT_FRAGMENT).bytes(DATA, new byte[5]).xorAddress(XOR_PEER_ADDRESS, OTHER).fingerprint();

        assertThat(wrapWritten()).isTrue();
        assertThat(new TransportAddress(send.peerHigh(), send.peerLow(), send.peerPort())).isEqualTo(OTHER);
        assertThat(send.dataLength()).isEqualTo(5);
        assertThat(send.dontFragment()).isTrue();

        begin().xorAddress(XOR_PEER_ADDRESS, PEER).bytes(DATA, new byte[0]);
        assertThat(wrapWritten()).isTrue();
        assertThat(send.dataLength()).isZero();
        assertThat(send.dontFragment()).isFalse();
    }

    @Test
    void shouldTakeTheFirstWhenPeerOrDataIsRepeated() {
        begin().xorAddress(XOR_PEER_ADDRESS, PEER)
            .bytes(DATA, new byte[3])
            .xorAddress(XOR_PEER_ADDRESS, OTHER)
            .bytes(DATA, new byte[9]);

        assertThat(wrapWritten()).isTrue();
        assertThat(send.peerPort()).isEqualTo(PEER.port());
        assertThat(send.dataLength()).isEqualTo(3);
    }

    @Test
    void shouldDiscardWhenPeerOrDataIsMissingOrMalformed() {
        begin().xorAddress(XOR_PEER_ADDRESS, PEER);
        assertThat(wrapWritten()).isFalse();
        begin().bytes(DATA, new byte[3]);
        assertThat(wrapWritten()).isFalse();
        begin().bytes(DATA, new byte[3]).bytes(XOR_PEER_ADDRESS, new byte[8]);
        assertThat(wrapWritten()).isFalse();
    }

    @Test
    void shouldDiscardWhenAnAttributeMustBeUnderstoodAndIsNot() {
        begin().xorAddress(XOR_PEER_ADDRESS, PEER).bytes(DATA, new byte[3]).u32(0x0033, 1);
        assertThat(wrapWritten()).isFalse();
        begin().xorAddress(XOR_PEER_ADDRESS, PEER).bytes(DATA, new byte[3]).u32(0xC057, 1);
        assertThat(wrapWritten()).isTrue();
        begin().xorAddress(XOR_PEER_ADDRESS, PEER).bytes(DATA, new byte[3]).flag(DONT_FRAGMENT);
        SendIndication withoutDontFragment = new SendIndication(TURN_SERVER_SET & ~setOf(DONT_FRAGMENT));
        assertThat(withoutDontFragment.wrap(buffer, 0, writer.length())).isFalse();
    }

    @Test
    void shouldIgnoreWhatFollowsMessageIntegrity() {
        MessageIntegrity integrity = new MessageIntegrity();
        SecretKey key = LongTermKey.of(PasswordAlgorithm.MD5, "user", "realm", "password");
        begin().xorAddress(XOR_PEER_ADDRESS, PEER)
            .bytes(DATA, new byte[3])
            .messageIntegrity(integrity, key)
            .flag(DONT_FRAGMENT)
            .u32(0x0033, 1);
        assertThat(wrapWritten()).isTrue();
        assertThat(send.dontFragment()).isFalse();

        begin().xorAddress(XOR_PEER_ADDRESS, PEER).messageIntegritySha256(integrity, key).bytes(DATA, new byte[3]);
        assertThat(wrapWritten()).isFalse();
    }

    @Test
    void shouldDiscardWhenItIsAnotherMessage() {
        writer.begin(buffer, 0, StunType.DATA_INDICATION, 1, 2)
            .xorAddress(XOR_PEER_ADDRESS, PEER)
            .bytes(DATA, new byte[3]);

        assertThat(wrapWritten()).isFalse();
        assertThat(send.wrap(buffer, 0, 0)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.7:4000, 36", "[2001:db8::7]:4001, 48"})
    void shouldWriteADataIndicationAroundThePayload(String peerText, int headroom) {
        TransportAddress peer = TransportAddress.parse(peerText);
        buffer.setMemory(0, buffer.capacity(), (byte) 0xEE);
        byte[] payload = {1, 2, 3, 4, 5};
        int payloadOffset = 101;
        buffer.putBytes(payloadOffset, payload);
        DataIndication data = new DataIndication().transactionId(7, 8);

        data.write(buffer, payloadOffset, payload.length, peer.high(), peer.low(), peer.port());

        assertThat(data.offset()).isEqualTo(payloadOffset - headroom);
        assertThat(DataIndication.headroom(peer.high(), peer.low())).isEqualTo(headroom);
        assertThat(data.length()).isEqualTo(headroom + 8);
        assertThat(message.wrap(buffer, data.offset(), data.length())).isTrue();
        assertThat(message.messageType()).isEqualTo(StunType.DATA_INDICATION);
        assertThat(message.transactionIdHigh()).isEqualTo(7);
        assertThat(message.transactionIdLow()).isEqualTo(8);
        assertThat(message.xorAddress(message.find(XOR_PEER_ADDRESS))).isEqualTo(peer);
        assertThat(message.bytes(message.find(DATA))).isEqualTo(payload);
        assertThat(buffer.getInt(payloadOffset + payload.length - 1)).isEqualTo(0x00000005);
        assertThat(buffer.getByte(data.offset() - 1)).isEqualTo((byte) 0xEE);
        assertThat(buffer.getByte(data.offset() + data.length())).isEqualTo((byte) 0xEE);
    }

    @Test
    void shouldWriteAnIcmpErrorWithoutData() {
        writer.begin(buffer, 0, StunType.DATA_INDICATION, 7, 8);
        DataIndication.writeIcmp(writer, PEER, 3, 4, 1400);

        assertThat(message.wrap(buffer, 0, writer.length())).isTrue();
        assertThat(message.xorAddress(message.find(XOR_PEER_ADDRESS))).isEqualTo(PEER);
        assertThat(message.has(DATA)).isFalse();
        // 16 bits reserved, 7 bits type, 9 bits code, 32 bits of error data
        assertThat(HexFormat.of().formatHex(message.bytes(message.find(ICMP)))).isEqualTo("0000060400000578");
    }

    @ParameterizedTest
    @ValueSource(strings = {"400000", "40000001", "40000004010203", "3fff0000", "80000000", "4000000000000000"})
    void shouldRefuseWhatIsNoChannelData(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        buffer.putBytes(0, bytes);

        assertThat(new ChannelData().wrap(buffer, 0, bytes.length)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"40000000, 0", "4fff000101, 1", "7fff000101000000, 1", "40000004aabbccdd, 4", "400000020102ff, 2"})
    void shouldReadChannelDataPaddedOrNot(String hex, int dataLength) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        buffer.putBytes(9, bytes);
        ChannelData channelData = new ChannelData();

        assertThat(channelData.wrap(buffer, 9, bytes.length)).isTrue();
        assertThat(channelData.dataLength()).isEqualTo(dataLength);
        assertThat(channelData.dataOffset()).isEqualTo(13);
    }

    @Test
    void shouldWriteAChannelHeaderBeforeTheData() {
        ChannelData.writeHeader(buffer, 10, 0x7ABC, 258);

        assertThat(buffer.getShort(6, BIG_ENDIAN)).isEqualTo((short) 0x7ABC);
        assertThat(buffer.getShort(8, BIG_ENDIAN)).isEqualTo((short) 258);
        assertThat(ChannelData.paddedMessageLength(5)).isEqualTo(12);
        assertThat(ChannelData.looksLikeChannelData((byte) 0x7F)).isTrue();
        assertThat(ChannelData.looksLikeChannelData((byte) 0x3F)).isFalse();
        assertThat(ChannelData.looksLikeChannelData((byte) 0x80)).isFalse();
    }

    private StunWriter begin() {
        return writer.begin(buffer, 0, StunType.SEND_INDICATION, 1, 2);
    }

    private boolean wrapWritten() {
        return send.wrap(buffer, 0, writer.length());
    }
}
