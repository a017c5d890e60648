package io.turnstone.loadtest.hold;

import io.turnstone.loadtest.client.ClientLoop;
import java.nio.ByteBuffer;

/** Two ends that send to each other; what one sends, the other counts. */
final class RelayFlow extends Flow {
    static final int FIRST = 0;
    static final int SECOND = 1;

    private final Stream there;
    private final Stream back;
    private final Arrivals thereArrivals = new Arrivals();
    private final Arrivals backArrivals = new Arrivals();

    RelayFlow(String name, String kind, String ends, Stream there, Stream back) {
        super(name, kind, ends);
        this.there = there;
        this.back = back;
    }

    @Override
    void start(ClientLoop loop, long intervalNs, long offsetNs) {
        there.start(loop, intervalNs, offsetNs);
        back.start(loop, intervalNs, offsetNs + intervalNs / 2);
    }

    @Override
    void begin(int window, long nowNs) {
        there.begin(window);
        back.begin(window);
        thereArrivals.begin(window, nowNs);
        backArrivals.begin(window, nowNs);
    }

    @Override
    void stop(long nowNs) {
        there.stop();
        back.stop();
        thereArrivals.end(nowNs);
        backArrivals.end(nowNs);
    }

    @Override
    boolean flows() {
        return thereArrivals.received() > 0 && backArrivals.received() > 0;
    }

    @Override
    DirectionReport there() {
        return DirectionReport.of(there.sent(), thereArrivals);
    }

    @Override
    DirectionReport back() {
        return DirectionReport.of(back.sent(), backArrivals);
    }

    @Override
    void onProbe(int end, ByteBuffer probe, long nowNs) {
        Arrivals arrivals = end == FIRST ? backArrivals : thereArrivals;
        arrivals.onArrival(Probe.window(probe), Probe.number(probe), nowNs);
    }
}
