package io.turnstone.node.fib;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Packets and bytes of one allocation. Each packet thread counts in a cell of its own; any thread may add the cells up.
 * <em>Up</em> is from the client, <em>down</em> to it; bytes are application data. Beside the counts, each thread notes
 * when it last made each {@link Report}.
 */
public final class LegCounters {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    /** One cache line per thread, so that two threads of one allocation do not slow each other down. */
    private static final int LONGS_PER_THREAD = 8;
    private static final int PACKETS_UP = 0;
    private static final int BYTES_UP = 1;
    private static final int PACKETS_DOWN = 2;
    private static final int BYTES_DOWN = 3;
    /** One cell per {@link Report}. */
    private static final int REPORTED_MS = 4;
    private static final long REPORT_INTERVAL_MS = 100;

    private final long[] cells;

    /** What a packet thread tells the control thread of an allocation now and then, not for each packet. */
    public enum Report {
        /** The client is heard at another place than expected. */
        CLIENT_MOVED,
        /** A client that is moving (RFC 8016) has sent data from its new address. */
        CLIENT_ARRIVED,
        /** A peer is heard at another place than expected. */
        PEER_MOVED
    }

    /** @param threads how many packet threads there are; they are numbered from 0 */
    public LegCounters(int threads) {
        cells = new long[threads * LONGS_PER_THREAD];
    }

    /** By the packet thread of that number only. */
    public void up(int thread, int bytes) {
        add(thread * LONGS_PER_THREAD + PACKETS_UP, 1);
        add(thread * LONGS_PER_THREAD + BYTES_UP, bytes);
    }

    /** By the packet thread of that number only. */
    public void down(int thread, int bytes) {
        add(thread * LONGS_PER_THREAD + PACKETS_DOWN, 1);
        add(thread * LONGS_PER_THREAD + BYTES_DOWN, bytes);
    }

    /** As {@link #up(int, int)} for many packets at once. */
    public void up(int thread, long packets, long bytes) {
        add(thread * LONGS_PER_THREAD + PACKETS_UP, packets);
        add(thread * LONGS_PER_THREAD + BYTES_UP, bytes);
    }

    /** As {@link #down(int, int)} for many packets at once. */
    public void down(int thread, long packets, long bytes) {
        add(thread * LONGS_PER_THREAD + PACKETS_DOWN, packets);
        add(thread * LONGS_PER_THREAD + BYTES_DOWN, bytes);
    }

    /** Whether it is time for that report again; notes that it is made now if so. By the packet thread of that number only. */
    @SuppressWarnings("EnumOrdinal") // an index into memory of this process
    public boolean mayReport(Report what, int thread, long nowMs) {
        int index = thread * LONGS_PER_THREAD + REPORTED_MS + what.ordinal();
        boolean due = nowMs - cells[index] >= REPORT_INTERVAL_MS;
        if (due) {
            CELL.setOpaque(cells, index, nowMs);
        }
        return due;
    }

    public long packetsUp() {
        return sum(PACKETS_UP);
    }

    public long bytesUp() {
        return sum(BYTES_UP);
    }

    public long packetsDown() {
        return sum(PACKETS_DOWN);
    }

    public long bytesDown() {
        return sum(BYTES_DOWN);
    }

    private void add(int index, long amount) {
        CELL.setOpaque(cells, index, cells[index] + amount);
    }

    private long sum(int field) {
        long sum = 0;
        for (int index = field; index < cells.length; index += LONGS_PER_THREAD) {
            sum += (long) CELL.getOpaque(cells, index);
        }
        return sum;
    }
}
