package io.turnstone.node.fib;

import io.turnstone.protocol.net.TransportAddress;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A hash table from (address, port, qualifier) to a value: open addressing over flat arrays, written by one thread,
 * read by any number without locks.
 *
 * <p>A slot gets its key once and keeps it for the life of the array: removing leaves a tombstone that only the same
 * key takes back, and clean-up builds a new array. The key is written before the value is published, so a reader that
 * sees a value has its key, never another's. A reader meets the state before or after each write, and never waits.
 */
final class AddressTable<V> {
    private static final int CAPACITY_MIN = 16;
    private static final int LONGS_PER_KEY = 3;
    private static final Object TOMBSTONE = new Object();
    private static final VarHandle VALUE = MethodHandles.arrayElementVarHandle(Object[].class);

    private volatile Slots slots = new Slots(CAPACITY_MIN);
    private int used;
    private int size;

    private static final class Slots {
        final long[] keys;
        final @Nullable Object[] values;
        final int mask;

        Slots(int capacity) {
            keys = new long[capacity * LONGS_PER_KEY];
            values = new Object[capacity];
            mask = capacity - 1;
        }

        boolean hasKey(int slot, long high, long low, long rest) {
            int at = slot * LONGS_PER_KEY;
            return keys[at + 1] == low && keys[at] == high && keys[at + 2] == rest;
        }

        void setKey(int slot, long high, long low, long rest) {
            int at = slot * LONGS_PER_KEY;
            keys[at] = high;
            keys[at + 1] = low;
            keys[at + 2] = rest;
        }

        int firstSlot(long high, long low, long rest) {
            return TransportAddress.hash(high, low, (int) rest ^ (int) (rest >>> Short.SIZE)) & mask;
        }

        /**
         * The slot of the key, or the empty one where it belongs. The writer: for others an empty slot may not stay so.
         */
        int slotOf(long high, long low, long rest) {
            int slot = firstSlot(high, low, rest);
            while (values[slot] != null && !hasKey(slot, high, low, rest)) {
                slot = slot + 1 & mask;
            }
            return slot;
        }

        /** What the key's slot holds, judged by one read of each slot. */
        @Nullable
        Object find(long high, long low, long rest) {
            int slot = firstSlot(high, low, rest);
            Object value = VALUE.getAcquire(values, slot);
            while (value != null && !hasKey(slot, high, low, rest)) {
                slot = slot + 1 & mask;
                value = VALUE.getAcquire(values, slot);
            }
            return value;
        }
    }

    /** Any thread. */
    @Nullable
    V get(long high, long low, int port, int qualifier) {
        return live(slots.find(high, low, rest(port, qualifier)));
    }

    /** The writer. Replaces what the key had. */
    void put(long high, long low, int port, int qualifier, V value) {
        makeRoom();
        Slots current = slots;
        long rest = rest(port, qualifier);
        int slot = current.slotOf(high, low, rest);
        Object before = current.values[slot];
        if (before == null) {
            current.setKey(slot, high, low, rest);
            used++;
        }
        if (before == null || before == TOMBSTONE) {
            size++;
        }
        VALUE.setRelease(current.values, slot, value);
    }

    /** The writer. */
    @Nullable
    V remove(long high, long low, int port, int qualifier) {
        Slots current = slots;
        int slot = current.slotOf(high, low, rest(port, qualifier));
        V before = live(current.values[slot]);
        if (before != null) {
            VALUE.setRelease(current.values, slot, TOMBSTONE);
            size--;
        }
        return before;
    }

    /** The writer. */
    int size() {
        return size;
    }

    /** Keeps at most 60 % of the slots used, tombstones included, by moving what lives into a new array. */
    private void makeRoom() {
        Slots old = slots;
        int capacity = old.values.length;
        if ((used + 1) * 5L <= capacity * 3L) {
            return;
        }
        Slots grown = new Slots(size * 10L >= capacity * 3L ? capacity * 2 : capacity);
        for (int slot = 0; slot < capacity; slot++) {
            Object value = old.values[slot];
            if (value != null && value != TOMBSTONE) {
                int at = slot * LONGS_PER_KEY;
                int target = grown.slotOf(old.keys[at], old.keys[at + 1], old.keys[at + 2]);
                grown.setKey(target, old.keys[at], old.keys[at + 1], old.keys[at + 2]);
                grown.values[target] = value;
            }
        }
        used = size;
        slots = grown;
    }

    private static long rest(int port, int qualifier) {
        return (long) qualifier << Short.SIZE | port;
    }

    @SuppressWarnings("unchecked") // only put stores values, and they are V or the tombstone
    private @Nullable V live(@Nullable Object value) {
        return value == TOMBSTONE ? null : (V) value;
    }
}
