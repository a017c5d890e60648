package io.turnstone.node.forwarding;

import io.turnstone.node.transport.DatagramIo;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Runs the first forwarder, and decides when it runs the crew's other members too. */
final class LeadThread extends CrewThread {
    /** Of one processor's time, for all members together. Spread, they take more of it for the same work. */
    private static final double GATHER_BELOW = 0.8;
    private static final double SPREAD_ABOVE = 0.85;
    /** So many whiles in a row must be calm, or busy: a thread that compiles its code for the first time is busy for a moment. */
    private static final int CALM_WHILES = 10;
    private static final int BUSY_WHILES = 5;

    private final DatagramIo io;
    private final List<HandThread> hands;
    private final boolean[] joined;
    private final boolean[] refused;
    private boolean gathered;
    private int calmWhiles;
    private int busyWhiles;
    private long nowNs;
    private long restNs;

    LeadThread(ForwarderAgent own, List<HandThread> hands, LongSupplier nanoClock, LongSupplier cpuClock) {
        super(own, nanoClock, cpuClock);
        io = own.io();
        this.hands = hands;
        joined = new boolean[hands.size()];
        refused = new boolean[hands.size()];
        nowNs = nanoClock.getAsLong();
        restNs = own.longestRestNs();
    }

    @Override
    public int doWork() {
        int workCount = own().doWork();
        if (gathered) {
            for (int i = 0; i < joined.length; i++) {
                if (has(i) && hands.get(i).own().isDue(nowNs)) {
                    workCount += hands.get(i).own().doWork();
                }
            }
        }
        return workCount;
    }

    /** Whether that hand's member is the lead's now. */
    private boolean has(int hand) {
        if (!joined[hand] && !refused[hand] && hands.get(hand).isLent()) {
            join(hand, hands.get(hand));
        }
        return joined[hand];
    }

    private void join(int index, HandThread hand) {
        if (hand.own().join(io)) {
            joined[index] = true;
            restNs = Math.min(restNs, hand.own().longestRestNs());
        } else {
            refused[index] = true;
            hand.release();
        }
    }

    @Override
    public void idle(int workCount) {
        if (workCount == 0) {
            gatherWork();
            io.await(restNs);
        }
        nowNs = nowNs();
        if (measure(nowNs)) {
            decide();
        }
    }

    private void gatherWork() {
        long ns = 0;
        for (int i = 0; gathered && i < joined.length; i++) {
            ns = Math.max(ns, joined[i] ? hands.get(i).own().gatherNs() : 0);
        }
        if (ns > 0) {
            LockSupport.parkNanos(ns);
        }
    }

    private void decide() {
        if (gathered) {
            busyWhiles = busyShare() > SPREAD_ABOVE ? busyWhiles + 1 : 0;
            if (busyWhiles >= BUSY_WHILES) {
                spread();
            }
            return;
        }
        double all = busyShare();
        for (HandThread hand : hands) {
            all += hand.busyShare();
        }
        calmWhiles = all < GATHER_BELOW ? calmWhiles + 1 : 0;
        if (calmWhiles >= CALM_WHILES) {
            gather();
        }
    }

    private void gather() {
        gathered = true;
        busyWhiles = 0;
        for (int i = 0; i < refused.length; i++) {
            if (!refused[i]) {
                hands.get(i).ask(io);
            }
        }
    }

    private void spread() {
        gathered = false;
        calmWhiles = 0;
        restNs = own().longestRestNs();
        for (int i = 0; i < joined.length; i++) {
            if (joined[i]) {
                joined[i] = false;
                hands.get(i).own().leave(io);
            }
            hands.get(i).release();
        }
    }

    /** The others go on to the end by themselves. */
    @Override
    public void onClose() {
        if (gathered) {
            spread();
        }
        own().close();
    }
}
