package io.turnstone.loadtest.hold;

import io.turnstone.loadtest.client.ClientLoop;
import java.nio.ByteBuffer;

/**
 * One end and an {@link EchoPeer}: the peer tells what became of the way there. An echo cannot come before what it
 * answers, so the way back also has the gaps of the way there.
 */
final class EchoFlow extends Flow {
    private static final double US_PER_MS = 1e3;
    private static final double NS_PER_MS = 1e6;

    private final Stream there;
    private final Arrivals backArrivals = new Arrivals();
    private int peerReceived;
    private int peerGapUs;
    private double tailGapMs;

    EchoFlow(String name, String kind, String ends, Stream there) {
        super(name, kind, ends);
        this.there = there;
    }

    @Override
    void start(ClientLoop loop, long intervalNs, long offsetNs) {
        there.start(loop, intervalNs, offsetNs);
    }

    @Override
    void begin(int window, long nowNs) {
        there.begin(window);
        backArrivals.begin(window, nowNs);
        peerReceived = 0;
        peerGapUs = 0;
    }

    @Override
    void stop(long nowNs) {
        there.stop();
        tailGapMs = (nowNs - backArrivals.lastNs()) / NS_PER_MS;
        backArrivals.end(nowNs);
    }

    @Override
    boolean flows() {
        return backArrivals.received() > 0;
    }

    @Override
    DirectionReport there() {
        return new DirectionReport(there.sent(), peerReceived, 0, Math.max(peerGapUs / US_PER_MS, tailGapMs), -1);
    }

    @Override
    DirectionReport back() {
        return DirectionReport.of(peerReceived, backArrivals);
    }

    @Override
    void onProbe(int end, ByteBuffer probe, long nowNs) {
        if (Probe.window(probe) == backArrivals.window()) {
            peerReceived = Math.max(peerReceived, Probe.peerReceived(probe));
            peerGapUs = Math.max(peerGapUs, Probe.peerGapUs(probe));
        }
        backArrivals.onArrival(Probe.window(probe), Probe.number(probe), nowNs);
    }
}
