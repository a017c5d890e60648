package io.turnstone.protocol.fabric;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes a {@link MediaFrame}'s header into the {@link MediaFrame#HEADER_LENGTH} octets before a payload. One thread;
 * reused by {@link #begin}. Every field must be set, then {@link FrameAuthenticator#sign} closes the frame.
 */
public final class MediaFrameWriter {
    private MutableDirectBuffer buffer = new UnsafeBuffer(new byte[MediaFrame.HEADER_LENGTH]);
    private int offset;

    /** Begins a frame whose payload lies at {@code payloadOffset}; flags are cleared. */
    public MediaFrameWriter begin(MutableDirectBuffer buffer, int payloadOffset, int kind) {
        this.buffer = buffer;
        offset = payloadOffset - MediaFrame.HEADER_LENGTH;
        buffer.putLong(offset, 0);
        buffer.putByte(offset + MediaFrame.VERSION_OFFSET, (byte) MediaFrame.VERSION);
        buffer.putByte(offset + MediaFrame.KIND_OFFSET, (byte) kind);
        return this;
    }

    /** Where the frame starts in the buffer. */
    public int offset() {
        return offset;
    }

    /** @param flags the {@code FLAG_} constants of {@link MediaFrame} that hold */
    public MediaFrameWriter flags(int flags) {
        buffer.putShort(offset + MediaFrame.FLAGS_OFFSET, (short) flags, BIG_ENDIAN);
        return this;
    }

    public MediaFrameWriter incarnation(long incarnation) {
        buffer.putLong(offset + MediaFrame.INCARNATION_OFFSET, incarnation, BIG_ENDIAN);
        return this;
    }

    /** @param relayedFamily the number of the family of the relayed address that is meant */
    public MediaFrameWriter allocation(long allocationId, int relayedFamily) {
        buffer.putLong(offset + MediaFrame.ALLOCATION_ID_OFFSET, allocationId, BIG_ENDIAN);
        buffer.putByte(offset + MediaFrame.RELAYED_FAMILY_OFFSET, (byte) relayedFamily);
        return this;
    }

    public MediaFrameWriter peer(long high, long low, int port) {
        buffer.putLong(offset + MediaFrame.PEER_HIGH_OFFSET, high, BIG_ENDIAN);
        buffer.putLong(offset + MediaFrame.PEER_LOW_OFFSET, low, BIG_ENDIAN);
        buffer.putShort(offset + MediaFrame.PEER_PORT_OFFSET, (short) port, BIG_ENDIAN);
        return this;
    }
}
