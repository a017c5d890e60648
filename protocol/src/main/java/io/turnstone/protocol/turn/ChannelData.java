package io.turnstone.protocol.turn;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.turnstone.protocol.stun.StunMessage;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * A ChannelData message where it lies (RFC 8656 §12.4). One thread; reused by {@link #wrap}.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |         Channel Number        |            Length             |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * /                       Application Data                        /
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * Channel numbers reach to 0x7FFF as in RFC 5766, since clients use them; whoever wants RFC 8656's 0x4FFF compares.
 */
public final class ChannelData {
    public static final int HEADER_LENGTH = 4;
    public static final int CHANNEL_NUMBER_MIN = 0x4000;
    public static final int CHANNEL_NUMBER_MAX = 0x7FFF;

    /** The end of the range of RFC 8656 §12. */
    public static final int CHANNEL_NUMBER_MAX_STRICT = 0x4FFF;

    private static final int LENGTH_OFFSET = 2;
    private static final int TYPE_MASK = 0xC0;
    private static final int TYPE_BITS = 0x40;
    private static final int PADDING_MAX = 3;

    private int channelNumber;
    private int dataOffset;
    private int dataLength;

    /** Whether the first octet of a packet is that of a channel number, as against STUN's (RFC 8656 §12). */
    public static boolean looksLikeChannelData(byte firstOctet) {
        return (firstOctet & TYPE_MASK) == TYPE_BITS;
    }

    /**
     * Looks at a whole datagram, padded to 32 bits or not (RFC 8656 §12.5).
     *
     * @return false if it is no ChannelData message
     */
    public boolean wrap(DirectBuffer buffer, int offset, int length) {
        if (offset < 0 || length < HEADER_LENGTH || length > buffer.capacity() - offset) {
            return false;
        }
        channelNumber = buffer.getShort(offset, BIG_ENDIAN) & 0xFFFF;
        dataLength = buffer.getShort(offset + LENGTH_OFFSET, BIG_ENDIAN) & 0xFFFF;
        dataOffset = offset + HEADER_LENGTH;
        int padding = length - HEADER_LENGTH - dataLength;
        return isChannelNumber(channelNumber) && padding >= 0 && padding <= PADDING_MAX;
    }

    public static boolean isChannelNumber(int number) {
        return number >= CHANNEL_NUMBER_MIN && number <= CHANNEL_NUMBER_MAX;
    }

    public int channelNumber() {
        return channelNumber;
    }

    /** Where the application data starts in the buffer. */
    public int dataOffset() {
        return dataOffset;
    }

    /** The length of the application data without padding, in octets; may be 0. */
    public int dataLength() {
        return dataLength;
    }

    /** Writes the header into the {@link #HEADER_LENGTH} octets before {@code dataOffset}, where the data already lie. */
    public static void writeHeader(MutableDirectBuffer buffer, int dataOffset, int channelNumber, int dataLength) {
        buffer.putShort(dataOffset - HEADER_LENGTH, (short) channelNumber, BIG_ENDIAN);
        buffer.putShort(dataOffset - HEADER_LENGTH + LENGTH_OFFSET, (short) dataLength, BIG_ENDIAN);
    }

    /** Header, data and padding, as a stream needs it (RFC 8656 §12.5). */
    public static int paddedMessageLength(int dataLength) {
        return HEADER_LENGTH + StunMessage.paddedLength(dataLength);
    }
}
