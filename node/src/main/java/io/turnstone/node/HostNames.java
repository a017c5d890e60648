package io.turnstone.node;

import io.turnstone.config.ConfigurationException;
import io.turnstone.config.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resolves the names in the settings, one by one, when a node starts. Any thread.
 *
 * <p>A node that has just been given its name, such as a pod of a StatefulSet, may be sooner than the name server: its own
 * name is waited for.
 */
final class HostNames {
    private static final Logger LOG = LoggerFactory.getLogger(HostNames.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Resolver resolver;
    private final Duration patience;
    private final Duration pause;

    /** Asks a name server, or whatever else the system asks. */
    @FunctionalInterface
    interface Resolver {
        InetAddress resolve(String host) throws UnknownHostException;
    }

    /**
     * @param patience how long an unknown name is asked for again; none at all when zero
     * @param pause between two attempts
     */
    HostNames(Resolver resolver, Duration patience, Duration pause) {
        this.resolver = resolver;
        this.patience = patience;
        this.pause = pause;
    }

    /** Fails at once where a name is unknown. */
    static HostNames now() {
        return new HostNames(InetAddress::getByName, Duration.ZERO, PAUSE);
    }

    /** Asks again where a name is unknown. */
    static HostNames within(Duration patience) {
        return new HostNames(InetAddress::getByName, patience, PAUSE);
    }

    /**
     * A node that comes back may have another address under its name: the JVM must not hold on to what it was told. To be
     * called before the first name is resolved.
     */
    static void forgetSoon() {
        Security.setProperty("networkaddress.cache.ttl", "5");
        Security.setProperty("networkaddress.cache.negative.ttl", "1");
    }

    /**
     * @param key of the setting, for the error message
     * @throws ConfigurationException when the name stays unknown
     */
    InetSocketAddress resolve(String key, HostPort address) {
        long deadlineNs = System.nanoTime() + patience.toNanos();
        boolean told = false;
        while (true) {
            try {
                return new InetSocketAddress(resolver.resolve(address.host()), address.port());
            } catch (UnknownHostException unknown) {
                if (System.nanoTime() - deadlineNs >= 0) {
                    throw new ConfigurationException(
                        "turnstone." + key, address.toString(), "the settings", "a host whose name can be resolved");
                }
            }
            if (!told) {
                LOG.info("turnstone.{}: waiting up to {} s for {} to be a known name", key, patience.toSeconds(),
                    address.host());
                told = true;
            }
            LockSupport.parkNanos(pause.toNanos());
        }
    }
}
