package io.turnstone.node.fabric;

import io.aeron.driver.status.SystemCounterDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one {@link EmbeddedAeron} running for a lane and builds a new one when it gives up, for example after the process
 * stood still for long. One thread.
 */
final class AeronHost implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AeronHost.class);
    private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long COUNT_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long LOG_INTERVAL_NS = TimeUnit.SECONDS.toNanos(10);

    private final FabricSettings settings;
    private final InetSocketAddress local;
    private final Path directory;
    private final WakeablePause pause;
    private final CounterCells cells;
    private final Tenant tenant;
    private final Map<FabricCounter, Long> counted = new EnumMap<>(FabricCounter.class);
    private @Nullable EmbeddedAeron aeron;
    private long nextBuildNs;
    private long nextCountNs;
    private long nextLogNs;

    /** Who lives on the streams. */
    interface Tenant {
        /** How a new driver is to send and receive; the pause is to end when a datagram comes. */
        Endpoints newEndpoints(WakeablePause pause);

        /** Subscribe; may throw what Aeron throws. */
        void onOpened(EmbeddedAeron opened);

        /** Let go of every stream, and see to it that nobody is inside one. */
        void onClosing();
    }

    AeronHost(FabricSettings settings, InetSocketAddress local, WakeablePause pause, CounterCells cells,
        Tenant tenant) {
        this.settings = settings;
        this.local = local;
        this.pause = pause;
        this.cells = cells;
        this.tenant = tenant;
        directory = AeronDirectories.claim(settings.directory(), local);
    }

    /** @throws IllegalStateException if the address is taken or Aeron cannot start */
    void start(long nowNs) {
        nextLogNs = nowNs;
        nextCountNs = nowNs;
        nextBuildNs = nowNs;
        try (DatagramChannel probe = DatagramChannel.open()) {
            probe.bind(local);
        } catch (IOException refused) {
            throw new IllegalStateException("the fabric cannot listen on " + local, refused);
        }
        try {
            build();
        } catch (RuntimeException refused) {
            throw new IllegalStateException("the fabric cannot start on " + local + " in " + directory, refused);
        }
    }

    /** One turn without the driver; afterwards {@link #aeron} tells whether there is one to drive. */
    int doWork(long nowNs) {
        if (aeron != null && aeron.isBroken()) {
            LOG.warn("Aeron on {} has given up; building it anew", local);
            tearDown();
        }
        if (aeron == null) {
            rebuild(nowNs);
        }
        if (aeron == null) {
            return 0;
        }
        if (nowNs - nextCountNs >= 0) {
            nextCountNs = nowNs + COUNT_INTERVAL_NS;
            count(aeron);
        }
        return aeron.invokeClient();
    }

    @Nullable
    EmbeddedAeron aeron() {
        return aeron;
    }

    private void rebuild(long nowNs) {
        if (nowNs - nextBuildNs < 0) {
            return;
        }
        nextBuildNs = nowNs + RETRY_NS;
        try {
            build();
            cells.increment(FabricCounter.REBUILDS);
        } catch (RuntimeException refused) {
            LOG.warn("Aeron on {} cannot start; trying again", local, refused);
            cells.increment(FabricCounter.BUILD_FAILURES);
            tearDown();
        }
    }

    private void build() {
        EmbeddedAeron built = EmbeddedAeron.launch(settings, directory, tenant.newEndpoints(pause), this::report);
        aeron = built;
        tenant.onOpened(built);
    }

    private void tearDown() {
        tenant.onClosing();
        if (aeron != null) {
            count(aeron);
            aeron.close();
            pause.forgetClosed();
            aeron = null;
        }
        counted.clear();
    }

    /** Adds what Aeron has counted since the last time; its own counters begin anew with every driver. */
    private void count(EmbeddedAeron running) {
        for (FabricCounter counter : FabricCounter.values()) {
            SystemCounterDescriptor descriptor = counter.aeron();
            if (descriptor != null) {
                long value = running.counter(descriptor);
                Long before = counted.put(counter, value);
                cells.add(counter, value - (before == null ? 0 : before));
            }
        }
    }

    /** Logs an error, unless one was logged a moment ago. */
    void report(Throwable error) {
        long nowNs = System.nanoTime();
        if (nowNs - nextLogNs >= 0) {
            nextLogNs = nowNs + LOG_INTERVAL_NS;
            LOG.warn("Aeron on {}: {}", local, error.toString());
        }
    }

    @Override
    public void close() {
        tearDown();
    }
}
