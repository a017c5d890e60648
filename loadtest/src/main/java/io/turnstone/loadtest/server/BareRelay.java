package io.turnstone.loadtest.server;

import io.turnstone.loadtest.client.Loopback;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/** {@code src/main/c/bare-relay.c} on loopback: compiled when it is started, relays to and from one peer, and knows no TURN. */
public final class BareRelay implements AutoCloseable {
    private static final long COMPILE_SECONDS_MAX = 60;
    private static final long START_SECONDS_MAX = 10;

    private final ServerProcess process;
    private final InetSocketAddress address;

    private BareRelay(ServerProcess process, InetSocketAddress address) {
        this.process = process;
        this.address = address;
    }

    /**
     * Compiles it by {@code cc} into the log directory, starts it and waits until it relays.
     *
     * @param relayAddress what its relay sockets are bound to
     */
    public static BareRelay start(Path logDirectory, String relayAddress, InetSocketAddress peer) {
        InetSocketAddress address = Loopback.ipv4(FreePorts.one());
        List<String> command = List.of(compiled(logDirectory), address.getHostString(),
            Integer.toString(address.getPort()), relayAddress, peer.getHostString(), Integer.toString(peer.getPort()));
        ServerProcess process = ServerProcess.start("bare relay", logDirectory.resolve("bare-relay.log"), command);
        process.await("relaying", START_SECONDS_MAX, () -> process.output().contains("relaying"));
        return new BareRelay(process, address);
    }

    private static String compiled(Path directory) {
        String program = directory.resolve("bare-relay").toAbsolutePath().toString();
        Path source = TurnstoneNode.repositoryRoot().resolve("loadtest/src/main/c/bare-relay.c");
        try (ServerProcess compiler = ServerProcess.start("cc", directory.resolve("cc.log"),
            List.of("cc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", program, source.toString()))) {
            int status = compiler.awaitExit(COMPILE_SECONDS_MAX);
            if (status != 0) {
                throw new IllegalStateException("cc ended with " + status + ": " + compiler.output());
            }
        }
        return program;
    }

    public ServerProcess process() {
        return process;
    }

    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void close() {
        process.close();
    }
}
