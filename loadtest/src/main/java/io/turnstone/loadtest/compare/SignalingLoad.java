package io.turnstone.loadtest.compare;

import io.turnstone.loadtest.signaling.SignalingPlan;
import io.turnstone.loadtest.signaling.SignalingPlan.Activity;
import io.turnstone.loadtest.signaling.SignalingPlan.Transport;

/** What a SIP server is measured by. */
enum SignalingLoad {
    WS_REGISTER("ws-register", Activity.REGISTER, Transport.WS, 20_000),
    WS_CALL("ws-call", Activity.CALL, Transport.WS, 4_000),
    UDP_REGISTER("udp-register", Activity.REGISTER, Transport.UDP, 20_000),
    UDP_CALL("udp-call", Activity.CALL, Transport.UDP, 4_000);

    private static final int USERS = 200;
    /** Few enough for the queues of datagram sockets: nothing is sent again here. */
    private static final int CONCURRENT = 16;
    /** A browser's offer of sound and picture over WebSockets, a phone's of sound over UDP. */
    private static final int WS_BODY_BYTES = 5_000;
    private static final int UDP_BODY_BYTES = 600;
    /** A JVM goes on compiling until it has seen a quarter of a million registrations. */
    private static final int REHEARSALS = 12;

    private final String label;
    private final Activity activity;
    private final Transport transport;
    private final int count;

    SignalingLoad(String label, Activity activity, Transport transport, int count) {
        this.label = label;
        this.activity = activity;
        this.transport = transport;
        this.count = count;
    }

    String label() {
        return label;
    }

    Transport transport() {
        return transport;
    }

    /** @param first whether it is the server's first time */
    SignalingPlan plan(boolean first) {
        return new SignalingPlan(activity, transport, USERS, first ? REHEARSALS * count : 0, count, CONCURRENT,
            transport == Transport.WS ? WS_BODY_BYTES : UDP_BODY_BYTES);
    }
}
