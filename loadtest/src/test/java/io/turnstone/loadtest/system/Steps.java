package io.turnstone.loadtest.system;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.ProbeFlow;
import io.turnstone.loadtest.client.ProbeReport;
import io.turnstone.loadtest.client.Stun;
import io.turnstone.loadtest.client.StunMessage;
import io.turnstone.loadtest.client.TurnClient;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** What many system tests do. */
final class Steps {
    private static final int PAYLOAD_BYTES = 160;
    private static final long UNDER_WAY_MS = 300;

    private Steps() {}

    /** The relayed address of a successful Allocate; any other answer fails the test with its error. */
    static InetSocketAddress relayedAddress(StunMessage answer) {
        return answer.xorAddress(Stun.XOR_RELAYED_ADDRESS).orElseThrow(() -> new AssertionError(answer));
    }

    /** A flow of ChannelData that is not started yet; the same client twice where a peer sends all of it back. */
    static ProbeFlow channelFlow(ClientLoop loop, int channel, TurnClient from, TurnClient to) {
        ProbeFlow flow = new ProbeFlow(loop, 1, PAYLOAD_BYTES, payload -> from.sendChannelData(channel, payload));
        to.onData((peer, number, payload) -> flow.onPayload(payload));
        return flow;
    }

    /** Stops a flow, and waits for what is under way. */
    static ProbeReport end(ProbeFlow flow) {
        flow.stop();
        letFlow(UNDER_WAY_MS);
        return flow.report();
    }

    /** Lets packets flow for a while: the span is what is tested, not a wait for something. */
    static void letFlow(long ms) {
        try {
            TimeUnit.MILLISECONDS.sleep(ms);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }
}
