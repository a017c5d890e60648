package io.turnstone.node.transport;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Sockets by their handles, which are generation and slot. The control thread changes it, any thread looks up. */
final class SocketTable<S extends BoundSocket> {
    static final int SOCKETS_MAX = 1 << 17;
    private static final int SLOT_BITS = 20;
    private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;
    private static final int GENERATION_MASK = Integer.MAX_VALUE >>> SLOT_BITS;

    private final AtomicReferenceArray<@Nullable S> sockets = new AtomicReferenceArray<>(SOCKETS_MAX);
    private final int[] generations = new int[SOCKETS_MAX];
    private final ArrayDeque<Integer> freeSlots = new ArrayDeque<>();
    private int slotsUsed;

    boolean isFull() {
        return slotsUsed == SOCKETS_MAX && freeSlots.isEmpty();
    }

    /** A handle with nothing behind it yet. */
    int newHandle() {
        @Nullable
        Integer free = freeSlots.poll();
        int slot = free == null ? slotsUsed++ : free;
        return generations[slot] << SLOT_BITS | slot;
    }

    /** Publishes a socket under the handle that it has been named with. */
    void add(S socket) {
        sockets.setRelease(socket.handle() & SLOT_MASK, socket);
    }

    @Nullable
    S get(int handle) {
        int slot = handle & SLOT_MASK;
        S socket = handle < 0 || slot >= SOCKETS_MAX ? null : sockets.getAcquire(slot);
        return socket != null && socket.handle() == handle ? socket : null;
    }

    /** Forgets a socket; whoever looks it up after this call finds nothing. */
    void remove(S socket) {
        int slot = socket.handle() & SLOT_MASK;
        sockets.set(slot, null);
        generations[slot] = generations[slot] + 1 & GENERATION_MASK;
        freeSlots.add(slot);
    }

    void closeAll() {
        for (int slot = 0; slot < slotsUsed; slot++) {
            S socket = sockets.getAndSet(slot, null);
            if (socket != null) {
                socket.close();
            }
        }
    }
}
