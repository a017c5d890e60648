package io.turnstone.protocol.turn;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.turnstone.protocol.stun.StunAddress;
import io.turnstone.protocol.stun.StunAttribute;
import io.turnstone.protocol.stun.StunMessage;
import io.turnstone.protocol.stun.StunType;
import org.agrona.DirectBuffer;

/**
 * A Send indication where it lies, read in one pass over its attributes (RFC 8656 §11.3). One thread; reused by
 * {@link #wrap}. FINGERPRINT may be there and is not computed again.
 */
public final class SendIndication {
    private static final int ALIGNMENT_MASK = 3;

    private final StunAddress peer = new StunAddress();
    private final long understoodSet;
    private boolean hasPeer;
    private boolean hasData;
    private boolean dontFragment;
    private int dataOffset;
    private int dataLength;

    public SendIndication() {
        this(StunAttribute.TURN_SERVER_SET);
    }

    /** @param understoodSet the comprehension-required attributes that do not make an indication invalid */
    public SendIndication(long understoodSet) {
        this.understoodSet = understoodSet;
    }

    /**
     * Looks at a whole datagram.
     *
     * @return false if it is to be discarded: malformed, another type, without peer or data, or with an unknown
     *     comprehension-required attribute (RFC 8489 §6.3.2)
     */
    public boolean wrap(DirectBuffer buffer, int offset, int length) {
        if (offset < 0
            || length > buffer.capacity() - offset
            || !StunMessage.looksLikeStun(buffer, offset, length)
            || unsignedShort(buffer, offset + StunMessage.TYPE_OFFSET) != StunType.SEND_INDICATION) {
            return false;
        }
        int attributesLength = unsignedShort(buffer, offset + StunMessage.LENGTH_OFFSET);
        if (attributesLength != length - StunMessage.HEADER_LENGTH || (attributesLength & ALIGNMENT_MASK) != 0) {
            return false;
        }
        hasPeer = false;
        hasData = false;
        dontFragment = false;
        return readAttributes(buffer, offset, offset + length) && hasPeer && hasData;
    }

    private boolean readAttributes(DirectBuffer buffer, int messageOffset, int end) {
        int position = messageOffset + StunMessage.HEADER_LENGTH;
        while (position < end) {
            int type = unsignedShort(buffer, position);
            int valueLength = unsignedShort(buffer, position + StunMessage.LENGTH_OFFSET);
            int valueIndex = position + StunMessage.ATTRIBUTE_HEADER_LENGTH;
            // RFC 8489 §14.5, §14.6: what follows an integrity attribute is ignored
            if (type == StunAttribute.MESSAGE_INTEGRITY || type == StunAttribute.MESSAGE_INTEGRITY_SHA256) {
                return true;
            }
            if (valueLength > end - valueIndex || !accept(buffer, messageOffset, type, valueIndex, valueLength)) {
                return false;
            }
            position = valueIndex + StunMessage.paddedLength(valueLength);
        }
        return true;
    }

    /** Of duplicate attributes the first counts (RFC 8489 §14). */
    private boolean accept(DirectBuffer buffer, int messageOffset, int type, int valueIndex, int valueLength) {
        switch (type) {
            case StunAttribute.XOR_PEER_ADDRESS -> {
                boolean valid = hasPeer || peer.decodeXor(buffer, valueIndex, valueLength, messageOffset);
                hasPeer = true;
                return valid;
            }
            case StunAttribute.DATA -> {
                if (!hasData) {
                    dataOffset = valueIndex;
                    dataLength = valueLength;
                    hasData = true;
                }
                return true;
            }
            case StunAttribute.DONT_FRAGMENT -> dontFragment = true;
            default -> {
            }
        }
        return StunAttribute.isAcceptable(type, understoodSet);
    }

    private static int unsignedShort(DirectBuffer buffer, int index) {
        return buffer.getShort(index, BIG_ENDIAN) & 0xFFFF;
    }

    public long peerHigh() {
        return peer.high();
    }

    public long peerLow() {
        return peer.low();
    }

    public int peerPort() {
        return peer.port();
    }

    /** Where the value of DATA starts in the buffer. */
    public int dataOffset() {
        return dataOffset;
    }

    /** The length of DATA without padding, in octets; may be 0. */
    public int dataLength() {
        return dataLength;
    }

    public boolean dontFragment() {
        return dontFragment;
    }
}
