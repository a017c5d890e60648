package io.turnstone.node.fabric;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.RethrowingErrorHandler;
import io.aeron.Subscription;
import io.aeron.UnavailableImageHandler;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.driver.status.SystemCounterDescriptor;
import io.turnstone.protocol.net.TransportAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentInvoker;
import org.jspecify.annotations.Nullable;

/**
 * A media driver and a client of it, both driven by the calls of one thread; they start no threads of their own. That thread
 * must not be interrupted: Aeron takes it as the wish to end.
 */
final class EmbeddedAeron implements AutoCloseable {
    private static final int CONTROL_TERM_BYTES = 1 << 20;
    private static final long LOW_STORAGE_BYTES = 8 << 20;

    private final MediaDriver driver;
    private final AgentInvoker driverInvoker;
    private final Endpoints endpoints;
    private final Aeron client;
    private final AgentInvoker clientInvoker;
    private @Nullable Subscription anyStream;

    private EmbeddedAeron(MediaDriver driver, Endpoints endpoints, Aeron client) {
        this.driver = driver;
        this.endpoints = endpoints;
        driverInvoker = driver.sharedAgentInvoker();
        this.client = client;
        clientInvoker = client.conductorAgentInvoker();
    }

    /**
     * @param directory is emptied first and deleted on close
     * @param endpoints are closed with it
     * @throws RuntimeException if memory or sockets are refused
     */
    static EmbeddedAeron launch(FabricSettings settings, Path directory, Endpoints endpoints, ErrorHandler errors) {
        MediaDriver driver = launchDriver(
            driverContext(settings, directory, errors)
                .sendChannelEndpointSupplier(endpoints::sending)
                .receiveChannelEndpointSupplier(endpoints::receiving),
            endpoints);
        try {
            return new EmbeddedAeron(driver, endpoints, Aeron.connect(clientContext(driver, errors)));
        } catch (RuntimeException refused) {
            driver.close();
            endpoints.close();
            throw refused;
        }
    }

    private static MediaDriver launchDriver(MediaDriver.Context context, Endpoints endpoints) {
        try {
            return MediaDriver.launch(context);
        } catch (RuntimeException refused) {
            endpoints.close();
            throw refused;
        }
    }

    private static MediaDriver.Context driverContext(FabricSettings settings, Path directory, ErrorHandler errors) {
        long livenessNs = TimeUnit.MILLISECONDS.toNanos(settings.clientLivenessMs());
        SocketBuffers buffers = SocketBuffers.granted(settings.mediaTermBytes());
        return new MediaDriver.Context()
            .aeronDirectoryName(directory.toString())
            .threadingMode(ThreadingMode.INVOKER)
            .asyncExecutorEnabled(false)
            .dirDeleteOnStart(true)
            .dirDeleteOnShutdown(true)
            .warnIfDirectoryExists(false)
            .lowStorageWarningThreshold(LOW_STORAGE_BYTES)
            .publicationTermBufferLength(CONTROL_TERM_BYTES)
            .termBufferSparseFile(true)
            .mtuLength(settings.mtuBytes())
            .socketRcvbufLength(buffers.receiveBytes())
            .socketSndbufLength(buffers.sendBytes())
            .initialWindowLength(buffers.windowBytes())
            .clientLivenessTimeoutNs(livenessNs)
            // a frame half written is finished when its thread goes on; nobody else may finish it
            .publicationUnblockTimeoutNs(2 * livenessNs)
            .driverTimeoutMs(settings.clientLivenessMs())
            .errorHandler(errors);
    }

    private static Aeron.Context clientContext(MediaDriver driver, ErrorHandler errors) {
        return new Aeron.Context()
            .aeronDirectoryName(driver.aeronDirectoryName())
            .useConductorAgentInvoker(true)
            .driverAgentInvoker(driver.sharedAgentInvoker())
            .driverTimeoutMs(driver.context().driverTimeoutMs())
            .errorHandler(errors)
            // a handler that throws is a fault of this program: it ends the thread's agent
            .subscriberErrorHandler(RethrowingErrorHandler.INSTANCE);
    }

    /** One turn of the client: its timers and what the driver told it. */
    int invokeClient() {
        return isBroken() ? 0 : clientInvoker.invoke();
    }

    /** One turn of the driver: it sends and receives a bounded batch. */
    int invokeDriver() {
        return driverInvoker.invoke() + endpoints.finishTurn();
    }

    /** How it is driven. */
    Endpoints endpoints() {
        return endpoints;
    }

    /**
     * Whether the client has given up. Its buffers stay mapped until {@link #close}, or until the client is driven again,
     * which {@link #invokeClient} therefore does not do.
     */
    boolean isBroken() {
        // a client that gives up closes all its streams at once
        return !driverInvoker.isRunning() || client.isClosed() || (anyStream != null && anyStream.isClosed());
    }

    Subscription subscribe(InetSocketAddress local, Stream stream, UnavailableImageHandler onUnavailable) {
        Subscription subscription = client.addSubscription(
            channel(local) + stream.subscriberParameters(), stream.id(), image -> {}, onUnavailable);
        anyStream = subscription;
        return subscription;
    }

    /** A publication that any thread may use. */
    Publication publish(InetSocketAddress peer, Stream stream, int termBytes) {
        return client.addPublication(channel(peer) + "|term-length=" + termBytes, stream.id());
    }

    /** A publication that only the driving thread may use. */
    ExclusivePublication publishExclusively(InetSocketAddress peer, Stream stream, int termBytes) {
        return client.addExclusivePublication(channel(peer) + "|term-length=" + termBytes, stream.id());
    }

    /** Addresses go in as literals, so that Aeron never resolves a name. */
    private static String channel(InetSocketAddress endpoint) {
        return "aeron:udp?endpoint=" + TransportAddress.of(endpoint);
    }

    long counter(SystemCounterDescriptor counter) {
        return driver.context().systemCounters().get(counter).get();
    }

    /** Unmaps every buffer; nobody may be inside a publication's offer. */
    @Override
    public void close() {
        client.close();
        driver.close();
        endpoints.close();
    }
}
