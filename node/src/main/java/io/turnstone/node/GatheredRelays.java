package io.turnstone.node;

import io.turnstone.config.Settings;
import io.turnstone.node.kernel.SocketSteering;
import io.turnstone.node.transport.PortSteering;
import io.turnstone.node.transport.Sockets;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What lets all relayed addresses of this node share few sockets, or nothing. The control thread. */
final class GatheredRelays implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GatheredRelays.class);

    private final @Nullable SocketSteering range;

    private GatheredRelays(@Nullable SocketSteering range) {
        this.range = range;
    }

    /**
     * Before the first relayed address.
     *
     * @param ownMax how many relayed addresses may have a socket of their own nevertheless
     * @throws IllegalStateException in one line, if it must be and cannot
     */
    static GatheredRelays open(Settings settings, Sockets sockets, int ownMax) {
        Settings.RelaySockets wanted = settings.relay().sockets();
        if (wanted == Settings.RelaySockets.PORT || settings.relay().mode() == Settings.RelayMode.CLUSTER) {
            return new GatheredRelays(null);
        }
        try {
            if (wanted == Settings.RelaySockets.AUTO) {
                requireOwnPorts(settings);
            }
            return new GatheredRelays(gather(settings, sockets, ownMax));
        } catch (IOException failed) {
            if (wanted == Settings.RelaySockets.RANGE) {
                throw new IllegalStateException("turnstone.relay.sockets = range: " + failed.getMessage(), failed);
            }
            LOG.info("Each relayed address has a socket of its own: {}", failed.getMessage());
            return new GatheredRelays(null);
        }
    }

    private static void requireOwnPorts(Settings settings) throws IOException {
        EphemeralPorts ephemeral = EphemeralPorts.ofThisMachine();
        if (ephemeral.reach(settings.relay().ports().first(), settings.relay().ports().last())) {
            throw new IOException(
                "any program may be given one of relay.ports " + settings.relay().ports()
                    + ", which are neither outside net.ipv4.ip_local_port_range (" + ephemeral.given()
                    + ") nor in net.ipv4.ip_local_reserved_ports");
        }
    }

    private static SocketSteering gather(Settings settings, Sockets sockets, int ownMax) throws IOException {
        List<TransportAddress> carriers = NodeAddresses.relayLocals(settings)
            .stream()
            .map(local -> TransportAddress.of(local, settings.relay().ports().first()))
            .toList();
        SocketSteering range = SocketSteering.open(carriers.size());
        try {
            sockets.gatherRelays(
                carriers, settings.relay().mode() == Settings.RelayMode.NODE, steering(range), ownMax);
            LOG.info("All relayed addresses share their sockets");
            return range;
        } catch (IOException failed) {
            range.close();
            throw failed;
        }
    }

    private static PortSteering steering(SocketSteering range) {
        return new PortSteering() {
            @Override
            public void steerTo(IpAddress local, int descriptor) throws IOException {
                range.steerTo(local, descriptor);
            }

            @Override
            public void open(TransportAddress local) {
                range.openPort(local);
            }

            @Override
            public void close(TransportAddress local) {
                range.closePort(local);
            }
        };
    }

    @Override
    public void close() {
        if (range != null) {
            range.close();
        }
    }
}
