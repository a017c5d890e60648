package io.turnstone.loadtest.hold;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.command.AddressConverter;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code turnstone-loadtest peer}: an echo in the foreground until it is stopped. */
@Command(name = "peer", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Sends every UDP datagram back, and into the packets of 'hold' what it has seen of their flow.",
    "Run it on a machine that the relays reach, and give its address to 'hold --peer'. Ctrl-C stops it.%n"}, footerHeading = "%nExample:%n", footer = {
        "  turnstone-loadtest peer --listen 203.0.113.50:9000"})
public final class PeerCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--listen", paramLabel = "IP:PORT", required = true, converter = AddressConverter.class, description = "Where to listen; IPv6 as [IP]:PORT.")
    private @Nullable InetSocketAddress listen;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        try (ClientLoop loop = ClientLoop.start()) {
            out.println("echoing at " + EchoPeer.open(loop, Objects.requireNonNull(listen)).address());
            out.flush();
            new CountDownLatch(1).await();
        }
        return 0;
    }
}
