package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.SipTransport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The numbers of transports in tokens and in messages between nodes; they never change. Any thread. */
final class FlowTransports {
    private static final List<SipTransport> BY_NUMBER = List
        .of(SipTransport.UDP, SipTransport.TCP, SipTransport.TLS, SipTransport.WS, SipTransport.WSS);

    private FlowTransports() {}

    /** From 1. */
    static int number(SipTransport transport) {
        int number = BY_NUMBER.indexOf(transport) + 1;
        if (number == 0) {
            throw new IllegalArgumentException("no flow goes over " + transport);
        }
        return number;
    }

    /** Null if no transport has that number. */
    static @Nullable SipTransport of(int number) {
        return number < 1 || number > BY_NUMBER.size() ? null : BY_NUMBER.get(number - 1);
    }
}
