package io.turnstone.loadtest.system;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Makes bad packets of good ones: the same seed, the same packets. One thread. */
final class PacketMutator {
    private static final int TRANSACTION_ID_OFFSET = 8;
    private static final int HEADER_BYTES = 20;
    private static final int CHANGES_MAX = 4;
    private static final int GROWTH_BYTES_MAX = 64;

    private final SplittableRandom random;
    private final List<byte[]> originals;
    private long count;

    PacketMutator(long seed, List<byte[]> originals) {
        this.random = new SplittableRandom(seed);
        this.originals = originals;
    }

    /** The next packet; its transaction id is new, so that an answer tells what it answers. */
    byte[] next() {
        byte[] packet = pick().clone();
        if (packet.length >= HEADER_BYTES) {
            long number = count++;
            for (int i = 0; i < Long.BYTES; i++) {
                packet[TRANSACTION_ID_OFFSET + i] = (byte) (number >>> (i * Byte.SIZE));
            }
        }
        int changes = 1 + random.nextInt(CHANGES_MAX);
        for (int i = 0; i < changes && packet.length > 0; i++) {
            packet = change(packet);
        }
        return packet;
    }

    private byte[] change(byte[] packet) {
        return switch (random.nextInt(8)) {
            case 0 -> flipBit(packet);
            case 1 -> setOctet(packet, random.nextInt(packet.length), random.nextInt(256));
            case 2 -> Arrays.copyOf(packet, random.nextInt(packet.length + 1));
            case 3 -> grown(packet);
            case 4 -> setLength(packet, 2);
            case 5 -> setLength(packet, HEADER_BYTES + 2 + 4 * random.nextInt(16));
            case 6 -> spliced(packet);
            default -> setOctet(packet, random.nextInt(2), random.nextInt(256));
        };
    }

    private byte[] flipBit(byte[] packet) {
        packet[random.nextInt(packet.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        return packet;
    }

    private static byte[] setOctet(byte[] packet, int offset, int value) {
        if (offset < packet.length) {
            packet[offset] = (byte) value;
        }
        return packet;
    }

    /** A length field, the message's or an attribute's, gets a value that is just wrong or far off. */
    private byte[] setLength(byte[] packet, int offset) {
        int value = random.nextBoolean() ? random.nextInt(0x10000) : Math.max(0, packet.length - random.nextInt(64));
        return setOctet(setOctet(packet, offset, value >>> Byte.SIZE), offset + 1, value);
    }

    private byte[] grown(byte[] packet) {
        byte[] longer = Arrays.copyOf(packet, packet.length + random.nextInt(GROWTH_BYTES_MAX));
        for (int i = packet.length; i < longer.length; i++) {
            longer[i] = (byte) random.nextInt(256);
        }
        return longer;
    }

    /** The beginning of this packet and the end of another. */
    private byte[] spliced(byte[] packet) {
        byte[] other = pick();
        int from = random.nextInt(other.length);
        int at = random.nextInt(packet.length);
        byte[] result = Arrays.copyOf(packet, at + other.length - from);
        System.arraycopy(other, from, result, at, other.length - from);
        return result;
    }

    private byte[] pick() {
        return originals.get(random.nextInt(originals.size()));
    }
}
