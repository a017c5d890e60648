package io.turnstone.node.rib;

import io.turnstone.protocol.net.PortRange;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * The ports of one relay address that this node may give away: which are free, leased, or in quarantine. Ports are picked
 * at random (RFC 6056 §3.3.1), so nobody guesses the next one. Control thread.
 *
 * <pre>
 * ABSENT      grant        -> FREE
 * FREE        lease        -> LEASED      revoke -> ABSENT
 * LEASED      release      -> QUARANTINE
 * QUARANTINE  time passes  -> FREE, or ABSENT if it was revoked meanwhile
 * </pre>
 *
 * A port rests after its release: packets that were under way to its last owner meet nobody new.
 */
public final class PortLeases {
    private final PortRange range;
    private final long quarantineMs;
    private final RandomGenerator random;
    private final Pool even;
    private final Pool odd;
    private final BitSet granted = new BitSet();
    private final ArrayDeque<Resting> quarantine = new ArrayDeque<>();

    private record Resting(int port, long untilMs) {}

    /**
     * Without any port at first.
     *
     * @param range what may be granted
     * @param quarantineMs how long a port rests after its release
     */
    public PortLeases(PortRange range, long quarantineMs, RandomGenerator random) {
        this.range = range;
        this.quarantineMs = quarantineMs;
        this.random = random;
        this.even = new Pool(range, 0);
        this.odd = new Pool(range, 1);
    }

    /** What may be granted. */
    public PortRange range() {
        return range;
    }

    /** From now on these ports may be leased. */
    public void grant(PortRange ports) {
        for (int port = ports.first(); port <= ports.last(); port++) {
            granted.set(port);
            if (poolOf(port).isAbsent(port)) {
                poolOf(port).put(port);
            }
        }
    }

    /** From now on these ports may not be leased; what is leased of them stays so until its release. */
    public void revoke(PortRange ports) {
        for (int port = ports.first(); port <= ports.last(); port++) {
            granted.clear(port);
            if (poolOf(port).has(port)) {
                poolOf(port).withdraw(port);
            }
        }
    }

    /** Whether all of these ports are free. */
    public boolean isIdle(PortRange ports, long nowMs) {
        endQuarantines(nowMs);
        for (int port = ports.first(); port <= ports.last(); port++) {
            if (!poolOf(port).has(port)) {
                return false;
            }
        }
        return true;
    }

    /** Any free port; empty if there is none. */
    public OptionalInt lease(long nowMs) {
        endQuarantines(nowMs);
        int free = even.size + odd.size;
        if (free == 0) {
            return OptionalInt.empty();
        }
        int pick = random.nextInt(free);
        return OptionalInt.of(pick < even.size ? even.take(pick) : odd.take(pick - even.size));
    }

    /** A free even port (RFC 8656 §7.2, EVEN-PORT without its R bit); empty if there is none. */
    public OptionalInt leaseEven(long nowMs) {
        endQuarantines(nowMs);
        return even.size == 0 ? OptionalInt.empty() : OptionalInt.of(even.take(random.nextInt(even.size)));
    }

    /** A free even port whose successor is free too; both are leased. Empty if there is no such pair. */
    public OptionalInt leaseEvenPair(long nowMs) {
        endQuarantines(nowMs);
        int start = even.size == 0 ? 0 : random.nextInt(even.size);
        for (int i = 0; i < even.size; i++) {
            int index = (start + i) % even.size;
            int port = even.ports[index];
            if (odd.has(port + 1)) {
                even.take(index);
                odd.take(odd.indexOf(port + 1));
                return OptionalInt.of(port);
            }
        }
        return OptionalInt.empty();
    }

    /** Ends the lease of a port; it rests before it is free again. Nothing happens unless the port is leased. */
    public void release(int port, long nowMs) {
        if (range.contains(port) && poolOf(port).isLeased(port)) {
            poolOf(port).rest(port);
            quarantine.add(new Resting(port, nowMs + quarantineMs));
        }
    }

    /** How many ports could be leased now. */
    public int free(long nowMs) {
        endQuarantines(nowMs);
        return even.size + odd.size;
    }

    /** How many ports rest. */
    public int resting() {
        return quarantine.size();
    }

    private void endQuarantines(long nowMs) {
        while (!quarantine.isEmpty() && quarantine.peek().untilMs() <= nowMs) {
            int port = quarantine.remove().port();
            if (granted.get(port)) {
                poolOf(port).put(port);
            } else {
                poolOf(port).forget(port);
            }
        }
    }

    private Pool poolOf(int port) {
        return (port & 1) == 0 ? even : odd;
    }

    /** The free ports of one parity in no order, and where each of them stands, so that any can be taken in one step. */
    private static final class Pool {
        private static final int LEASED = -1;
        private static final int RESTING = -2;
        private static final int ABSENT = -3;

        private final int first;
        private final int[] ports;
        private final int[] places;
        private int size;

        Pool(PortRange range, int parity) {
            first = range.first() + ((range.first() & 1) == parity ? 0 : 1);
            int count = first > range.last() ? 0 : (range.last() - first) / 2 + 1;
            ports = new int[count];
            places = new int[count];
            Arrays.fill(places, ABSENT);
        }

        int take(int index) {
            int port = ports[index];
            int last = ports[--size];
            ports[index] = last;
            places[place(last)] = index;
            places[place(port)] = LEASED;
            return port;
        }

        void put(int port) {
            ports[size] = port;
            places[place(port)] = size++;
        }

        void withdraw(int port) {
            take(indexOf(port));
            forget(port);
        }

        void forget(int port) {
            places[place(port)] = ABSENT;
        }

        boolean isAbsent(int port) {
            return places[place(port)] == ABSENT;
        }

        void rest(int port) {
            places[place(port)] = RESTING;
        }

        boolean has(int port) {
            int place = place(port);
            return place < places.length && places[place] >= 0;
        }

        int indexOf(int port) {
            return places[place(port)];
        }

        boolean isLeased(int port) {
            return places[place(port)] == LEASED;
        }

        private int place(int port) {
            return (port - first) / 2;
        }
    }
}
