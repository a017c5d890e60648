package io.turnstone.node.forwarding;

import java.util.List;
import java.util.function.LongSupplier;

/** Runs the first forwarder, and decides when it runs the others too. */
final class LeadThread extends CrewThread {
    /** Of one thread's time, for all forwarders together. */
    private static final double GATHER_BELOW = 0.4;
    private static final double SPREAD_ABOVE = 0.7;
    /** So many whiles in a row must be calm. */
    private static final int CALM_WHILES = 10;

    private final List<HandThread> hands;
    private final boolean[] attended;
    private boolean canGather;
    private boolean gathered;
    private int calmWhiles;

    LeadThread(ForwarderAgent own, List<HandThread> hands, LongSupplier nanoClock) {
        super(own, nanoClock);
        this.hands = hands;
        this.attended = new boolean[hands.size()];
        this.canGather = !hands.isEmpty();
    }

    @Override
    public int doWork() {
        int workCount = own().doWork();
        if (gathered) {
            for (int i = 0; i < attended.length; i++) {
                if (has(i)) {
                    workCount += hands.get(i).own().doWork();
                }
            }
        }
        return workCount;
    }

    /** Whether that hand's forwarder is the lead's now. */
    private boolean has(int hand) {
        if (!attended[hand] && hands.get(hand).isLent()) {
            attended[hand] = own().io().attend(hands.get(hand).own().io());
            canGather &= attended[hand];
        }
        return attended[hand];
    }

    @Override
    public void idle(int workCount) {
        if (workCount == 0) {
            awaitDatagrams();
        }
        if (canGather && measure()) {
            decide();
        } else if (!canGather && gathered) {
            spread();
        }
    }

    private void decide() {
        if (gathered) {
            if (busyShare() > SPREAD_ABOVE) {
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
        hands.forEach(hand -> hand.ask(own().io()));
    }

    private void spread() {
        gathered = false;
        calmWhiles = 0;
        for (int i = 0; i < attended.length; i++) {
            if (attended[i]) {
                own().io().dismiss(hands.get(i).own().io());
                attended[i] = false;
            }
            hands.get(i).release();
        }
    }
}
