package io.turnstone.node.fabric;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * Small numbers for peers, from 1; 0 is this node. A number that is given back rests for a while, so that a forwarding
 * entry which still names it drops its packets instead of sending them to somebody else. One thread.
 */
final class NodeNumberPool {
    private static final long REST_NS = TimeUnit.SECONDS.toNanos(60);

    private final ArrayDeque<Resting> resting = new ArrayDeque<>();
    private final int numberMax;
    private int next = 1;

    private record Resting(int number, long freeFromNs) {}

    NodeNumberPool(int numberMax) {
        this.numberMax = numberMax;
    }

    /** @throws IllegalStateException if every number is taken or resting */
    int take(long nowNs) {
        Resting oldest = resting.peekFirst();
        if (oldest != null && nowNs - oldest.freeFromNs() >= 0) {
            resting.removeFirst();
            return oldest.number();
        }
        if (next > numberMax) {
            throw new IllegalStateException("no more than " + numberMax + " peers within a minute");
        }
        return next++;
    }

    void giveBack(int number, long nowNs) {
        resting.addLast(new Resting(number, nowNs + REST_NS));
    }
}
