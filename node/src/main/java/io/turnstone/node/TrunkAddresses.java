package io.turnstone.node;

import io.turnstone.config.TrunkAddress;
import io.turnstone.node.signaling.Hop;
import io.turnstone.node.signaling.ServerLocator;
import io.turnstone.node.signaling.ServerLocator.Server;
import io.turnstone.protocol.sip.SipTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses of the upstream, whose names are asked for again and again by a thread of its own (RFC 3263 §4.2). Any thread
 * gets what was found last.
 */
final class TrunkAddresses implements Supplier<List<Hop>>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TrunkAddresses.class);
    private static final Duration ASKED_AFTER = Duration.ofSeconds(30);

    private final List<TrunkAddress> configured;
    private final ServerLocator locator;
    private final Map<TrunkAddress, List<Hop>> known = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile List<Hop> found = List.of();

    TrunkAddresses(List<TrunkAddress> configured, ServerLocator locator) {
        this.configured = List.copyOf(configured);
        this.locator = locator;
        this.thread = Thread.ofVirtual().name("trunk-names").unstarted(this::run);
    }

    /** Begins to ask. */
    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!configured.isEmpty()) {
                ask();
                Thread.sleep(ASKED_AFTER);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks for each name once. What is unknown now stays what it was. */
    void ask() {
        List<Hop> now = new ArrayList<>();
        for (TrunkAddress address : configured) {
            List<Hop> hops = locator.locate(server(address));
            if (hops.isEmpty()) {
                LOG.warn("turnstone.signaling.trunk.addresses: {} leads nowhere now", address);
            } else {
                known.put(address, hops);
            }
            now.addAll(known.getOrDefault(address, List.of()));
        }
        found = List.copyOf(now);
    }

    private static Server server(TrunkAddress address) {
        SipTransport transport = switch (address.transport()) {
            case UDP -> SipTransport.UDP;
            case TCP -> SipTransport.TCP;
            case TLS -> SipTransport.TLS;
        };
        return new Server(address.name(), address.host().port(), transport, false);
    }

    @Override
    public List<Hop> get() {
        return found;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
