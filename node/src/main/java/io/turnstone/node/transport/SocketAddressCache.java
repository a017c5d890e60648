package io.turnstone.node.transport;

import io.turnstone.protocol.net.TransportAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the {@link InetSocketAddress} of each recent destination, since NIO sends to nothing else. Bounded: four
 * places per hash, the oldest of them is replaced. One thread.
 */
final class SocketAddressCache {
    private static final int WAYS = 4;

    private final @Nullable Entry[] entries;
    private final int setMask;
    private final CounterCells<TransportCounter> counters;

    private record Entry(long high, long low, int port, InetSocketAddress address) {
        boolean is(long otherHigh, long otherLow, int otherPort) {
            return low == otherLow && port == otherPort && high == otherHigh;
        }
    }

    /** @param capacity a power of two, at least 4 */
    SocketAddressCache(int capacity, CounterCells<TransportCounter> counters) {
        this.entries = new Entry[capacity];
        this.setMask = capacity / WAYS - 1;
        this.counters = counters;
    }

    InetSocketAddress get(long high, long low, int port) {
        int first = (TransportAddress.hash(high, low, port) & setMask) * WAYS;
        for (int i = first; i < first + WAYS; i++) {
            Entry entry = entries[i];
            if (entry == null) {
                break;
            }
            if (entry.is(high, low, port)) {
                return entry.address;
            }
        }
        return remember(first, high, low, port);
    }

    private InetSocketAddress remember(int first, long high, long low, int port) {
        counters.increment(TransportCounter.SOCKET_ADDRESS_MADE);
        InetSocketAddress address = new TransportAddress(high, low, port).toInetSocketAddress();
        System.arraycopy(entries, first, entries, first + 1, WAYS - 1);
        entries[first] = new Entry(high, low, port, address);
        return address;
    }
}
