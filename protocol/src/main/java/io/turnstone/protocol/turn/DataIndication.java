package io.turnstone.protocol.turn;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.StunAddress;
import io.turnstone.protocol.stun.StunAttribute;
import io.turnstone.protocol.stun.StunMessage;
import io.turnstone.protocol.stun.StunType;
import io.turnstone.protocol.stun.StunWriter;
import org.agrona.MutableDirectBuffer;

/**
 * Writes a Data indication around a payload where it already lies, so that relaying copies nothing (RFC 8656 §11.5). One
 * thread. Everything goes into the headroom before the payload, except up to 3 octets of padding after it.
 *
 * <pre>
 * |&lt;------------- headroom 36 (IPv4) or 48 (IPv6) -------------&gt;|
 * +-----------------+---------------------------+---------------+-----------+---------+
 * | STUN header, 20 | XOR-PEER-ADDRESS, 12 or 24 | DATA header, 4 |  payload  | padding |
 * +-----------------+---------------------------+---------------+-----------+---------+
 * ^ offset()
 * </pre>
 */
public final class DataIndication {
    public static final int HEADROOM_IPV4 = StunMessage.HEADER_LENGTH
        + StunMessage.ATTRIBUTE_HEADER_LENGTH
        + StunAddress.IPV4_LENGTH
        + StunMessage.ATTRIBUTE_HEADER_LENGTH;
    public static final int HEADROOM_IPV6 = HEADROOM_IPV4 - StunAddress.IPV4_LENGTH + StunAddress.IPV6_LENGTH;

    /** What may be written after the payload. */
    public static final int PADDING_MAX = 3;

    private int transactionIdHigh;
    private long transactionIdLow;
    private int offset;
    private int length;

    /** Sets the transaction id of the indications that follow; any will do, since nothing answers them. */
    public DataIndication transactionId(int high, long low) {
        transactionIdHigh = high;
        transactionIdLow = low;
        return this;
    }

    /** The octets needed before the payload for a peer of this address. */
    public static int headroom(long peerHigh, long peerLow) {
        return IpAddress.isIpv4(peerHigh, peerLow) ? HEADROOM_IPV4 : HEADROOM_IPV6;
    }

    /** Afterwards the message is at {@link #offset} and {@link #length} long. */
    public void write(
        MutableDirectBuffer buffer, int payloadOffset, int payloadLength, long peerHigh, long peerLow, int peerPort) {
        int headroom = headroom(peerHigh, peerLow);
        offset = payloadOffset - headroom;
        length = headroom + StunMessage.paddedLength(payloadLength);
        buffer.putShort(offset, (short) StunType.DATA_INDICATION, BIG_ENDIAN);
        buffer.putShort(offset + StunMessage.LENGTH_OFFSET, (short) (length - StunMessage.HEADER_LENGTH), BIG_ENDIAN);
        buffer.putInt(offset + StunMessage.COOKIE_OFFSET, StunMessage.MAGIC_COOKIE, BIG_ENDIAN);
        buffer.putInt(offset + StunMessage.TRANSACTION_ID_OFFSET, transactionIdHigh, BIG_ENDIAN);
        buffer.putLong(offset + StunMessage.TRANSACTION_ID_OFFSET + Integer.BYTES, transactionIdLow, BIG_ENDIAN);
        int position = offset + StunMessage.HEADER_LENGTH;
        int addressLength = StunAddress.encodedLength(peerHigh, peerLow);
        putAttributeHeader(buffer, position, StunAttribute.XOR_PEER_ADDRESS, addressLength);
        int addressIndex = position + StunMessage.ATTRIBUTE_HEADER_LENGTH;
        StunAddress.encodeXor(buffer, addressIndex, peerHigh, peerLow, peerPort, offset);
        putAttributeHeader(
            buffer, payloadOffset - StunMessage.ATTRIBUTE_HEADER_LENGTH, StunAttribute.DATA, payloadLength);
        for (int i = payloadOffset + payloadLength; i < offset + length; i++) {
            buffer.putByte(i, (byte) 0);
        }
    }

    private static void putAttributeHeader(MutableDirectBuffer buffer, int position, int type, int valueLength) {
        buffer.putShort(position, (short) type, BIG_ENDIAN);
        buffer.putShort(position + StunMessage.LENGTH_OFFSET, (short) valueLength, BIG_ENDIAN);
    }

    public int offset() {
        return offset;
    }

    /** The whole message with its padding, in octets. */
    public int length() {
        return length;
    }

    /**
     * Adds to a Data indication that {@code writer} has begun what tells of an ICMP error: the peer, the ICMP attribute
     * and no DATA (RFC 8656 §11.5).
     *
     * @param peer where the packet that caused the error was sent; port 0 if that is not known
     * @param errorData the next hop's MTU for "packet too big" and "fragmentation needed", otherwise 0 (RFC 8656 §18.13)
     */
    public static void writeIcmp(
        StunWriter writer, TransportAddress peer, int icmpType, int icmpCode, int errorData) {
        writer.xorAddress(StunAttribute.XOR_PEER_ADDRESS, peer).icmp(icmpType, icmpCode, errorData);
    }
}
