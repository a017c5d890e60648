package io.turnstone.loadtest.system;

import static io.turnstone.loadtest.system.Steps.letFlow;
import static io.turnstone.loadtest.system.Steps.relayedAddress;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.ProbeFlow;
import io.turnstone.loadtest.client.ProbeReport;
import io.turnstone.loadtest.client.TurnClient;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;

/** Two clients that relay to each other by channels, with numbered packets both ways. */
final class TwoWayCall {
    private static final int CHANNEL = 0x4001;
    private static final int PAYLOAD_BYTES = 160;
    private static final int IN_FLIGHT_MS = 300;

    private final TurnClient caller;
    private final TurnClient callee;
    private final ProbeFlow there;
    private final ProbeFlow back;

    private TwoWayCall(ClientLoop loop, TurnClient caller, TurnClient callee) {
        this.caller = caller;
        this.callee = callee;
        there = new ProbeFlow(loop, 1, PAYLOAD_BYTES, payload -> caller.sendChannelData(CHANNEL, payload));
        back = new ProbeFlow(loop, 2, PAYLOAD_BYTES, payload -> callee.sendChannelData(CHANNEL, payload));
    }

    static TwoWayCall start(ClientLoop loop, TurnClient caller, TurnClient callee, int packetsPerSecond) {
        InetSocketAddress callerRelay = relayedAddress(caller.allocate().join());
        InetSocketAddress calleeRelay = relayedAddress(callee.allocate().join());
        assertThat(caller.channelBind(CHANNEL, calleeRelay).join().isSuccess()).isTrue();
        assertThat(callee.channelBind(CHANNEL, callerRelay).join().isSuccess()).isTrue();
        TwoWayCall call = new TwoWayCall(loop, caller, callee);
        callee.onData((peer, channel, payload) -> call.there.onPayload(payload));
        caller.onData((peer, channel, payload) -> call.back.onPayload(payload));
        call.there.start(packetsPerSecond);
        call.back.start(packetsPerSecond);
        return call;
    }

    TurnClient caller() {
        return caller;
    }

    TurnClient callee() {
        return callee;
    }

    /** Ends both directions and looks at what came of each. */
    void end(Consumer<ProbeReport> check) {
        there.stop();
        back.stop();
        letFlow(IN_FLIGHT_MS);
        List.of(there, back).forEach(flow -> check.accept(flow.report()));
    }
}
