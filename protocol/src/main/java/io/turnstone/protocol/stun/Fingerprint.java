package io.turnstone.protocol.stun;

import java.util.zip.CRC32;
import org.agrona.DirectBuffer;

/** The value of FINGERPRINT (RFC 8489 §14.7): CRC-32 of the message before it, XORed with a constant. One thread. */
final class Fingerprint {
    static final int LENGTH = 4;
    static final int ATTRIBUTE_LENGTH = StunMessage.ATTRIBUTE_HEADER_LENGTH + LENGTH;

    private static final int XOR = 0x5354554E;
    private static final int SCRATCH_LENGTH = 256;

    private final CRC32 crc = new CRC32();
    private final byte[] scratch = new byte[SCRATCH_LENGTH];

    /** @param length from the header to the end of the attribute before FINGERPRINT */
    int compute(DirectBuffer buffer, int offset, int length) {
        crc.reset();
        int end = offset + length;
        for (int position = offset; position < end; position += SCRATCH_LENGTH) {
            int count = Math.min(SCRATCH_LENGTH, end - position);
            buffer.getBytes(position, scratch, 0, count);
            crc.update(scratch, 0, count);
        }
        return (int) crc.getValue() ^ XOR;
    }
}
