package io.turnstone.node.transport;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The octets of the datagrams that one thread has under way, outside the heap. A slot has room for the longest datagram
 * or for a train of them (udp(7), UDP_GRO), with head- and tailroom for each, and is given out once until
 * {@link #reset}. One thread.
 */
final class DatagramSlots {
    static final int COUNT = 64;

    /** Datagrams in a train at most: UDP_MAX_SEGMENTS of Linux' {@code udp.h}. */
    static final int TRAIN_MAX = 128;
    private static final int ROOM_BETWEEN = DatagramSender.HEADROOM + DatagramSender.TAILROOM;
    private static final int CACHE_LINE = 64;
    /**
     * No multiple of a memory page: the same octet of each slot would fall on the same few lines of a processor's cache.
     */
    private static final int SLOT_LENGTH = DatagramSender.DATAGRAM_LENGTH_MAX + 1 + (TRAIN_MAX + 1) * ROOM_BETWEEN
        + CACHE_LINE;

    /** One more, for what has to be copied when all others are in use; see {@link LinuxSender}. */
    static final int SPARE = COUNT;

    private final MemorySegment memory;
    private final long address;
    private final UnsafeBuffer[] slots = new UnsafeBuffer[COUNT + 1];
    private int used;

    DatagramSlots(LinuxCalls calls, Arena arena) {
        memory = calls.mapMemory(arena, (long) SLOT_LENGTH * slots.length);
        address = memory.address();
        for (int i = 0; i < slots.length; i++) {
            slots[i] = new UnsafeBuffer(memory.asSlice((long) i * SLOT_LENGTH, SLOT_LENGTH).asByteBuffer());
        }
    }

    UnsafeBuffer slot(int index) {
        return slots[index];
    }

    /** Where a datagram in that slot begins. */
    long datagramAddress(int index) {
        return address + (long) index * SLOT_LENGTH + DatagramSender.HEADROOM;
    }

    /** Whether these octets lie here. */
    boolean contain(DirectBuffer buffer, int offset) {
        long at = buffer.addressOffset() + offset;
        return buffer.byteArray() == null && at >= address && at < address + memory.byteSize();
    }

    int free() {
        return COUNT - used;
    }

    /** The slot that is taken next. */
    int next() {
        return used;
    }

    int take() {
        return used++;
    }

    void take(int count) {
        used += count;
    }

    void reset() {
        used = 0;
    }

    /**
     * Moves the datagrams of a train apart.
     *
     * @param length of all together
     * @param each of every one but the last, which may be shorter
     * @return the distance between the beginnings of two of them
     */
    int spread(int index, int length, int each) {
        UnsafeBuffer slot = slots[index];
        int distance = each + ROOM_BETWEEN;
        for (int i = (length - 1) / each; i > 0; i--) {
            int from = DatagramSender.HEADROOM + i * each;
            int to = DatagramSender.HEADROOM + i * distance;
            slot.putBytes(to, slot, from, Math.min(each, length - i * each));
        }
        return distance;
    }
}
