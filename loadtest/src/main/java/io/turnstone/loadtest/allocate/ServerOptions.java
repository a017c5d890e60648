package io.turnstone.loadtest.allocate;

import io.turnstone.loadtest.command.AddressConverter;
import io.turnstone.loadtest.command.CredentialOptions;
import io.turnstone.loadtest.command.SampleOptions;
import io.turnstone.loadtest.relay.RelayTarget;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which server, and as whom. */
final class ServerOptions {
    @Option(names = "--server", paramLabel = "HOST:PORT", required = true, converter = AddressConverter.class, description = "The TURN server or the balancer in front of it, over UDP; IPv6 as [IP]:PORT.")
    private @Nullable InetSocketAddress server;

    @Mixin
    private CredentialOptions credentials = new CredentialOptions();

    @Option(names = "--peer", paramLabel = "IP:PORT", converter = AddressConverter.class, description = "Whom each client gets a permission and a channel for; nothing is sent there (default: neither).")
    @Nullable
    InetSocketAddress peer;

    RelayTarget target(SampleOptions sample) {
        InetSocketAddress address = Objects.requireNonNull(server);
        return new RelayTarget("server", address, address, credentials.read(sample.commandLine()), sample.pids());
    }
}
