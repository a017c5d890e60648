package io.turnstone.loadtest.server;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.Credentials;
import io.turnstone.loadtest.client.NoAnswerException;
import io.turnstone.loadtest.client.RetryPolicy;
import io.turnstone.loadtest.client.TurnClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;

/** Debian's coturn on loopback, with one long-term user: the rival to measure against. */
public final class Coturn implements TurnServer {
    private static final int RELAY_PORTS = 256;

    private final ServerProcess process;
    private final int port;
    private final int firstRelayPort;
    private final int relayPorts;
    private final Credentials credentials;

    private Coturn(
        ServerProcess process, int port, int firstRelayPort, int relayPorts, Credentials credentials) {
        this.process = process;
        this.port = port;
        this.firstRelayPort = firstRelayPort;
        this.relayPorts = relayPorts;
        this.credentials = credentials;
    }

    /** Starts it and waits until it answers. */
    public static Coturn start(Path logDirectory) {
        return startAt(FreePorts.range(RELAY_PORTS), RELAY_PORTS, logDirectory);
    }

    /** The same with relay ports that the caller found free, plus {@code more} flags. */
    public static Coturn startAt(int first, int relayPorts, Path logDirectory, String... more) {
        int port = FreePorts.one();
        List<String> command = new ArrayList<>(List.of("turnserver", "-n", "--lt-cred-mech", "--user", "alice:secret",
            "--realm", "coturn.test", "--no-tls", "--no-dtls", "--no-cli", "--allow-loopback-peers", "--no-rfc5780"));
        command.addAll(List.of("--listening-ip", "127.0.0.1", "--listening-ip", "::1", "--relay-ip", "127.0.0.1",
            "--relay-ip", "::1", "--listening-port", Integer.toString(port)));
        command.addAll(List.of("--min-port", Integer.toString(first), "--max-port",
            Integer.toString(first + relayPorts - 1)));
        command.addAll(List.of("--log-file", "stdout", "--pidfile", logDirectory.resolve("coturn.pid").toString()));
        command.addAll(List.of(more));
        ServerProcess process = ServerProcess.start("coturn", logDirectory.resolve("coturn-" + port + ".log"), command);
        Coturn coturn = new Coturn(process, port, first, relayPorts, Credentials.longTerm("alice", "secret"));
        try (ClientLoop loop = ClientLoop.start();
            TurnClient client = loop.client(coturn.address(), coturn.credentials).retrying(RetryPolicy.ONCE)) {
            process.await("answering", 20, () -> answers(client));
        }
        return coturn;
    }

    public int firstRelayPort() {
        return firstRelayPort;
    }

    public int lastRelayPort() {
        return firstRelayPort + relayPorts - 1;
    }

    @Override
    public String name() {
        return "coturn";
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
        return credentials;
    }

    private static boolean answers(TurnClient client) {
        try {
            return client.binding().join().isSuccess();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof NoAnswerException) {
                return false;
            }
            throw failed;
        }
    }
}
