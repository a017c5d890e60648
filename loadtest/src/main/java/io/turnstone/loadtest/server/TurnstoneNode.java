package io.turnstone.loadtest.server;

import io.turnstone.loadtest.client.Credentials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One {@code node/bin/turnstone node} on loopback, in both families, with one long-term user. */
public final class TurnstoneNode implements TurnServer {
    public static final String REALM = "turnstone.test";
    public static final String USER = "alice";
    public static final String PASSWORD = "secret";
    private static final long READY_SECONDS_MAX = 60;

    private final ServerProcess process;
    private final int port;
    private final AdminPort admin;

    private TurnstoneNode(ServerProcess process, int port, AdminPort admin) {
        this.process = process;
        this.port = port;
        this.admin = admin;
    }

    /** A complete single node with {@code relayPorts} relay ports, plus {@code more} flags; ready when this returns. */
    public static TurnstoneNode start(Path logDirectory, int relayPorts, String... more) {
        return startAt(FreePorts.range(relayPorts), relayPorts, logDirectory, more);
    }

    /** The same with relay ports that the caller found free. */
    public static TurnstoneNode startAt(int first, int relayPorts, Path logDirectory, String... more) {
        List<String> flags = new ArrayList<>(List.of("--relay-address", "127.0.0.1", "--relay-address", "::1",
            "--relay-ports", first + "-" + (first + relayPorts - 1), "--allow-peer", "127.0.0.0/8", "--allow-peer",
            "::1/128"));
        flags.addAll(List.of(more));
        TurnstoneNode node = launch("node", logDirectory, FreePorts.one(), FreePorts.one(), flags);
        node.awaitReady();
        return node;
    }

    /**
     * Starts a node and does not wait for it. The listeners on {@code port} and the user are given, and the realm unless a
     * flag says it.
     */
    public static TurnstoneNode launch(String name, Path logDirectory, int port, int adminPort, List<String> flags) {
        return launch(name, logDirectory, port, adminPort, flags, List.of());
    }

    /** @param environment such as {@code TURNSTONE_JAVA_OPTS=-Xmx1g} */
    public static TurnstoneNode launch(String name, Path logDirectory, int port, int adminPort, List<String> flags,
        List<String> environment) {
        List<String> command = new ArrayList<>(List.of("env"));
        command.addAll(environment);
        command.addAll(
            List.of(repositoryRoot().resolve("node/bin/turnstone").toString(), "node",
                "--listen", "127.0.0.1:" + port, "--listen", "[::1]:" + port));
        command.addAll(List.of("--user", USER + ":" + PASSWORD, "--admin", "127.0.0.1:" + adminPort, "--set",
            "drain.balancer-time=0s"));
        if (!flags.contains("--realm")) {
            command.addAll(List.of("--realm", REALM));
        }
        command.addAll(flags);
        Path log = logDirectory.resolve("turnstone-" + name + "-" + port + ".log");
        return new TurnstoneNode(ServerProcess.start("turnstone " + name, log, command), port,
            new AdminPort(adminPort));
    }

    /** The directory above this module, wherever the JVM was started. */
    public static Path repositoryRoot() {
        Path directory = Path.of("").toAbsolutePath();
        while (directory != null && !Files.exists(directory.resolve(".mvn"))) {
            directory = directory.getParent();
        }
        if (directory == null) {
            throw new IllegalStateException("not started within a clone of the repository");
        }
        return directory;
    }

    public void awaitReady() {
        process.await("ready", READY_SECONDS_MAX, () -> admin.status("/ready") == 200);
    }

    public AdminPort admin() {
        return admin;
    }

    @Override
    public String name() {
        return "turnstone";
    }

    @Override
    public ServerProcess process() {
        return process;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public Credentials credentials() {
        return Credentials.longTerm(USER, PASSWORD);
    }
}
