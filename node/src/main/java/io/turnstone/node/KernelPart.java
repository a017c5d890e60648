package io.turnstone.node;

import io.turnstone.config.Settings;
import io.turnstone.node.fib.Adjacency;
import io.turnstone.node.forwarding.ForwardingCounter;
import io.turnstone.node.forwarding.PathCounters;
import io.turnstone.node.kernel.Flow;
import io.turnstone.node.kernel.KernelCounter;
import io.turnstone.node.kernel.KernelForwarding;
import io.turnstone.node.kernel.LocalAddresses;
import io.turnstone.node.kernel.TrafficCounter;
import io.turnstone.node.operations.MetricSink;
import io.turnstone.node.punt.PuntedFlow;
import io.turnstone.node.punt.PuntedPacket;
import io.turnstone.node.transport.ServiceAddress;
import io.turnstone.node.transport.SocketInfo;
import io.turnstone.node.transport.Sockets;
import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forwarding in the kernel as this node has it, or none. The control thread; {@link #collect} for any. */
final class KernelPart implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KernelPart.class);

    private final @Nullable KernelForwarding kernel;
    private final PuntedFlow punted = new PuntedFlow();

    private KernelPart(@Nullable KernelForwarding kernel) {
        this.kernel = kernel;
    }

    /** Whether {@link #open} will let the kernel forward, or fail. */
    static boolean isOn(Settings.KernelForwarding wanted) {
        return switch (wanted) {
            case OFF -> false;
            case TC -> true;
            case AUTO -> KernelForwarding.isPossible();
        };
    }

    /** @throws IllegalStateException in one line, if it must be and cannot */
    static KernelPart open(Settings settings, ForwardingPlane forwarding, Sockets sockets, LongSupplier clockMs) {
        Settings.KernelForwarding wanted = settings.forwarding().kernelForwarding();
        if (wanted == Settings.KernelForwarding.OFF) {
            return new KernelPart(null);
        }
        try {
            KernelForwarding kernel = KernelForwarding.open(
                new KernelForwarding.Parts(
                    forwarding.fib(), clockMs, localAddresses(sockets), traffic(forwarding.controlCounters()),
                    forwarding.kernelThread()),
                new KernelForwarding.Keeping(
                    settings.forwarding().kernelState().map(Path::of), settings.admin().address().toString()));
            forwarding.fib().mirror(kernel);
            LOG.info("Established flows are forwarded inside the kernel (tcx)");
            return new KernelPart(kernel);
        } catch (IOException failed) {
            if (wanted == Settings.KernelForwarding.TC) {
                throw new IllegalStateException("turnstone.forwarding.kernel-forwarding: " + failed.getMessage(),
                    failed);
            }
            LOG.info("All flows are forwarded in user space: {}", failed.getMessage());
            return new KernelPart(null);
        }
    }

    private static LocalAddresses localAddresses(Sockets sockets) {
        return new LocalAddresses() {
            @Override
            public TransportAddress ofListener(int listener) {
                return sockets.listeners().get(listener).local();
            }

            @Override
            public @Nullable TransportAddress ofRelay(int socket) {
                SocketInfo info = sockets.info(socket);
                return info == null ? null : info.local();
            }

            @Override
            public int listenerAt(TransportAddress local) {
                List<TransportAddress> locals = sockets.listeners().stream().map(ServiceAddress::local).toList();
                return locals.indexOf(local);
            }

            @Override
            public @Nullable TransportAddress relayedAt(TransportAddress local) {
                SocketInfo info = sockets.info(sockets.relaySocketBoundTo(local));
                return info == null ? null : info.advertised();
            }
        };
    }

    private static TrafficCounter traffic(PathCounters counters) {
        return (kind, packets, octets) -> {
            switch (kind) {
                case Adjacency.PEER -> {
                    counters.path().add(ForwardingCounter.PACKETS_TO_PEER, packets);
                    counters.path().add(ForwardingCounter.BYTES_TO_PEER, octets);
                }
                case Adjacency.CLIENT -> {
                    counters.path().add(ForwardingCounter.PACKETS_TO_CLIENT, packets);
                    counters.path().add(ForwardingCounter.BYTES_TO_CLIENT, octets);
                }
                default -> {
                    counters.path().add(ForwardingCounter.PACKETS_RELAY, packets);
                    counters.path().add(ForwardingCounter.BYTES_RELAY, octets);
                }
            }
        };
    }

    /** Whether the kernel forwards. */
    boolean isOpen() {
        return kernel != null;
    }

    /** A flow that a forwarder has seen move. */
    void onEstablished(PuntedPacket packet) {
        if (kernel != null) {
            kernel.established(flow(packet));
        }
    }

    private Flow flow(PuntedPacket packet) {
        PuntedFlow name = punted.wrap(packet);
        return switch (name.kind()) {
            case PuntedFlow.CHANNEL -> new Flow.OfChannel(packet.listener(), packet.source(), name.number());
            case PuntedFlow.INDICATIONS ->
                new Flow.OfIndications(packet.listener(), packet.source(), name.address());
            default -> new Flow.OfPeer(name.address(), packet.source());
        };
    }

    /** The tables hold what the cluster knows, and the sockets are open. */
    void onCaughtUp() {
        if (kernel != null) {
            kernel.adopt();
        }
    }

    int doWork() {
        return kernel == null ? 0 : kernel.doWork();
    }

    void collect(MetricSink sink) {
        KernelForwarding open = kernel;
        sink.gauge("kernel_forwarding", "1 if the kernel forwards established flows.", open == null ? 0 : 1);
        if (open != null) {
            sink.gauge("kernel_flows", "Flows that the kernel forwards.", open.flows());
            sink.counter("kernel_lost", "Datagrams that the program in the kernel has lost.", (double) open.lost());
            sink.counters("kernel", KernelCounter.values(), KernelCounter::meaning, open::count);
        }
    }

    @Override
    public void close() {
        if (kernel != null) {
            kernel.close();
        }
    }
}
