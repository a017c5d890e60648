package io.turnstone.node.transport;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Takes what has come to a Linux socket of somebody else's, many datagrams with one call, and as trains those that the
 * kernel has put together: datagrams of one length from one sender in a row, of which the last may be shorter (udp(7),
 * UDP_GRO). One thread; {@link #close} may be another's, later. Allocates nothing per datagram.
 */
public final class BatchReceiver implements AutoCloseable {
    /** Trains, or single datagrams, that one call takes. */
    public static final int TRAINS_MAX = 32;

    private static final int LENGTH_MAX = 65_536;
    /** Slots a multiple of a page apart would share few lines of a processor's cache. */
    private static final int SLOT_LENGTH = LENGTH_MAX + 64;
    private static final int SOURCES = 4096;

    private final LinuxCalls calls = new LinuxCalls();
    private final Arena arena = Arena.ofShared();
    private final MessageHeaders headers = new MessageHeaders(arena, TRAINS_MAX, TRAINS_MAX);
    private final UnsafeBuffer[] slots = new UnsafeBuffer[TRAINS_MAX];
    private final SocketAddressCache sources = new SocketAddressCache(
        SOURCES, new CounterCells<>(TransportCounter.class));

    public BatchReceiver() {
        MemorySegment memory = calls.mapMemory(arena, (long) SLOT_LENGTH * TRAINS_MAX);
        for (int i = 0; i < TRAINS_MAX; i++) {
            MemorySegment slot = memory.asSlice((long) i * SLOT_LENGTH, LENGTH_MAX);
            slots[i] = new UnsafeBuffer(slot.asByteBuffer());
            headers.piece(i, slot.address(), LENGTH_MAX);
            headers.pieces(i, i, 1);
        }
    }

    /** Lets the kernel put datagrams for that socket together, if it can. */
    public void prepare(int descriptor) {
        calls.setOption(descriptor, LinuxCalls.SOL_UDP, LinuxCalls.UDP_GRO, 1);
    }

    /** @return how many trains came, of which the following methods tell until the next call; 0 also if it failed */
    public int receive(int descriptor) {
        for (int train = 0; train < TRAINS_MAX; train++) {
            headers.prepareToReceive(train);
        }
        return Math.max(0, calls.tryReceiveMessages(descriptor, headers.address(0), TRAINS_MAX));
    }

    public UnsafeBuffer buffer(int train) {
        return slots[train];
    }

    /** Octets of all its datagrams, from 0 in its buffer. */
    public int length(int train) {
        return headers.received(train);
    }

    /** Octets of each of its datagrams but the last, which may be shorter; 1 or more. */
    public int each(int train) {
        return Math.max(1, headers.receivedEach(train));
    }

    public InetSocketAddress source(int train) {
        int name = MessageHeaders.nameOffset(train);
        UnsafeBuffer names = headers.names();
        return sources.get(SocketName.high(names, name), SocketName.low(names, name), SocketName.port(names, name));
    }

    @Override
    public void close() {
        arena.close();
    }
}
