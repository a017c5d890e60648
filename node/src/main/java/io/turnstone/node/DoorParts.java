package io.turnstone.node;

import io.turnstone.config.ListenAddress;
import io.turnstone.config.Settings;
import io.turnstone.node.auth.CredentialIssuer;
import io.turnstone.node.auth.IceUrls;
import io.turnstone.node.doors.ApiKey;
import io.turnstone.node.doors.DoorCounter;
import io.turnstone.node.doors.DoorServer;
import io.turnstone.node.doors.DoorSettings;
import io.turnstone.node.operations.MetricSink;
import io.turnstone.node.signaling.TurnServers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The doors of a node, made from the settings that a user sees. */
final class DoorParts {
    private DoorParts() {}

    /**
     * Opens the doors; null where none are wanted.
     *
     * @throws IllegalStateException in one line, when an address cannot be opened
     */
    static @Nullable DoorServer open(Settings settings, LongSupplier clockMs, RandomGenerator random) {
        Settings.Doors doors = settings.doors();
        if (doors.listenHttp().isEmpty()) {
            return null;
        }
        List<InetSocketAddress> addresses = doors.listenHttp()
            .stream()
            .map(address -> new InetSocketAddress(literal(address.ip()), address.port()))
            .toList();
        return DoorServer.start(addresses, doorSettings(settings), issuer(settings), clockMs, random);
    }

    private static DoorSettings doorSettings(Settings settings) {
        Settings.Doors doors = settings.doors();
        return new DoorSettings(
            doors.keys().stream().map(key -> new ApiKey(key.name(), key.password().value())).toList(),
            new IceUrls(urls(settings)),
            doors.defaultLifetime().toSeconds(),
            doors.maximumLifetime().toSeconds(),
            doors.requestsPerSecond());
    }

    /** What registered users are told; null where they are told nothing. */
    static @Nullable TurnServers forRegistrations(Settings settings) {
        return settings.doors().inRegistrations()
            ? new TurnServers(issuer(settings), urls(settings), settings.doors().defaultLifetime().toSeconds())
            : null;
    }

    static CredentialIssuer issuer(Settings settings) {
        return new CredentialIssuer(NodeParts.restSecrets(settings));
    }

    /** Where nothing is set, what the listeners advertise. */
    static List<String> urls(Settings settings) {
        if (!settings.doors().urls().isEmpty()) {
            return settings.doors().urls();
        }
        List<ListenAddress> listeners = settings.listen();
        return Stream.concat(
            listeners.stream().map(listener -> "stun:" + listener.advertised()),
            listeners.stream().map(listener -> "turn:" + listener.advertised() + "?transport=udp"))
            .distinct()
            .toList();
    }

    static void collect(DoorServer doors, MetricSink sink) {
        sink.counters("doors", DoorCounter.values(), DoorCounter::meaning, doors.counters()::get);
    }

    private static InetAddress literal(String ip) {
        try {
            return InetAddress.getByName(ip);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(ip + " was checked to be an IP address", impossible);
        }
    }
}
