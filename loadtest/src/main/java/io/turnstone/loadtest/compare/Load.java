package io.turnstone.loadtest.compare;

import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.relay.RelayPlan;
import io.turnstone.loadtest.relay.RelayPlan.Carrier;
import io.turnstone.loadtest.relay.RelayPlan.Path;
import java.util.Locale;

/** What is relayed; a number is a payload's octets or packets a second, trains are of eight packets. */
enum Load {
    PEER_160(Path.PEER, Carrier.CHANNELS, 160),
    PEER_1200(Path.PEER, Carrier.CHANNELS, 1_200),
    INDICATIONS_160(Path.PEER, Carrier.INDICATIONS, 160),
    RELAY_160(Path.RELAY, Carrier.CHANNELS, 160),
    RELAY_1200(Path.RELAY, Carrier.CHANNELS, 1_200),
    PEER_160_AT_20000(Path.PEER, Carrier.CHANNELS, 160),
    TRAINS_1200(Path.PEER, Carrier.CHANNELS, 1_200),
    TRAINS_1200_TO_ONE_PEER(Path.PEER, Carrier.CHANNELS, 1_200),
    TWO_NODES_160(Path.RELAY, Carrier.CHANNELS, 160),
    TWO_NODES_1200(Path.RELAY, Carrier.CHANNELS, 1_200),
    KERNEL_160(Path.PEER, Carrier.CHANNELS, 160),
    KERNEL_1200(Path.PEER, Carrier.CHANNELS, 1_200),
    KERNEL_INDICATIONS_160(Path.PEER, Carrier.INDICATIONS, 160),
    KERNEL_RELAY_160(Path.RELAY, Carrier.CHANNELS, 160),
    KERNEL_160_AT_20000(Path.PEER, Carrier.CHANNELS, 160);

    static final int RELAY_PORTS = 256;
    private static final int ALLOCATIONS = 20;
    private static final int WARM_UP_SECONDS = 3;
    private static final int WINDOW = 8;
    private static final int MODERATE_RATE = 20_000;
    private static final int TRAIN = 8;
    /** About what coturn still manages with trains. */
    private static final int TRAIN_RATE = 100_000;

    private final Path path;
    private final Carrier carrier;
    private final int payloadBytes;

    Load(Path path, Carrier carrier, int payloadBytes) {
        this.path = path;
        this.carrier = carrier;
        this.payloadBytes = payloadBytes;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    boolean isOfTwoNodes() {
        return this == TWO_NODES_160 || this == TWO_NODES_1200;
    }

    /** Whether the kernel forwards, where it can. */
    boolean isOfKernel() {
        return name().startsWith("KERNEL");
    }

    /** Whether packets come at a moderate rate, so that waking up is most of the cost. */
    boolean isPaced() {
        return this == PEER_160_AT_20000 || this == KERNEL_160_AT_20000;
    }

    private boolean isOfTrains() {
        return this == TRAINS_1200 || this == TRAINS_1200_TO_ONE_PEER;
    }

    RelayPlan plan(int seconds) {
        int rate = isPaced() ? MODERATE_RATE : isOfTrains() ? TRAIN_RATE : 0;
        return new RelayPlan(ALLOCATIONS, path, carrier, payloadBytes, rate > 0 ? 0 : WINDOW, false, rate,
            isOfTrains() ? TRAIN : 1, this == TRAINS_1200_TO_ONE_PEER, Loopback.ipv4(0).getAddress(),
            Loopback.ipv4(0), WARM_UP_SECONDS, seconds);
    }
}
