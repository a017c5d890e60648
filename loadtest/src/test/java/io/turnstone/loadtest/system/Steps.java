package io.turnstone.loadtest.system;

import io.turnstone.loadtest.client.Stun;
import io.turnstone.loadtest.client.StunMessage;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** What many system tests do. */
final class Steps {
    private Steps() {}

    /** The relayed address of a successful Allocate; any other answer fails the test with its error. */
    static InetSocketAddress relayedAddress(StunMessage answer) {
        return answer.xorAddress(Stun.XOR_RELAYED_ADDRESS).orElseThrow(() -> new AssertionError(answer));
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
