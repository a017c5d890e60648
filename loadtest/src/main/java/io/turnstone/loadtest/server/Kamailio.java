package io.turnstone.loadtest.server;

import io.turnstone.loadtest.client.Loopback;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Debian's Kamailio on loopback as a registrar and proxy for browsers and phones, its users in memory, every password the
 * same: the rival to measure against. {@code src/main/kamailio/kamailio.cfg} is all that it is told.
 */
public final class Kamailio implements AutoCloseable {
    public static final String DOMAIN = "kamailio.test";
    private static final long START_SECONDS_MAX = 20;
    /** Of shared and of each process's own memory, in MiB; more than any measurement needs. */
    private static final List<String> MEMORY = List.of("-m", "1024", "-M", "32");

    private final ServerProcess process;
    private final int port;

    private Kamailio(ServerProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts it and waits until it listens. */
    public static Kamailio start(Path logDirectory, String password) {
        int port = FreePorts.one();
        Path directory = logDirectory.toAbsolutePath().resolve("kamailio-" + port);
        try {
            Files.createDirectories(directory);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Path script = TurnstoneNode.repositoryRoot().resolve("loadtest/src/main/kamailio/kamailio.cfg");
        List<String> command = new ArrayList<>(List.of("kamailio", "-DD", "-E", "-f", script.toString(), "-Y",
            directory.toString(), "-l", "udp:127.0.0.1:" + port, "-l", "tcp:127.0.0.1:" + port, "-A",
            "PASSWORD=\"" + password + "\"", "-A", "DOMAIN=\"" + DOMAIN + "\""));
        command.addAll(MEMORY);
        ServerProcess process = ServerProcess.start("kamailio", logDirectory.resolve("kamailio-" + port + ".log"),
            command);
        process.await("listening", START_SECONDS_MAX, () -> listens(port));
        return new Kamailio(process, port);
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(Loopback.ipv4(port));
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    public ServerProcess process() {
        return process;
    }

    /** For UDP and for WebSockets. */
    public InetSocketAddress address() {
        return Loopback.ipv4(port);
    }

    @Override
    public void close() {
        process.close();
    }
}
