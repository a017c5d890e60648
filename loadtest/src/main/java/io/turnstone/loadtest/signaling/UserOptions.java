package io.turnstone.loadtest.signaling;

import io.turnstone.loadtest.command.AddressConverter;
import io.turnstone.loadtest.command.Allowed;
import io.turnstone.loadtest.command.SampleOptions;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which SIP server, and as whom. */
final class UserOptions {
    private static final int USERS_MAX = 20_000;

    @Option(names = "--server", paramLabel = "HOST:PORT", required = true, converter = AddressConverter.class, description = "The SIP server or the balancer in front of it; IPv6 as [IP]:PORT.")
    private @Nullable InetSocketAddress server;

    @Option(names = "--transport", paramLabel = "KIND", defaultValue = "ws", description = "ws or udp (default: ${DEFAULT-VALUE}).")
    private SignalingPlan.Transport transport = SignalingPlan.Transport.WS;

    @Option(names = "--domain", paramLabel = "DOMAIN", required = true, description = "Of the users' addresses.")
    private String domain = "";

    @Option(names = "--user", paramLabel = "NAME:PASSWORD", required = true, description = "The users are NAME0, NAME1 and so on, all with that password.")
    private String user = "";

    @Option(names = "--users", paramLabel = "N", defaultValue = "100", description = "How many users, each with a connection of its own (default: ${DEFAULT-VALUE}).")
    private int users;

    /** What these users do. */
    SignalingPlan plan(SignalingPlan.Activity activity, int count, int bodyBytes, SampleOptions sample) {
        sample.within(users, "--users", 2, USERS_MAX);
        return new SignalingPlan(activity, transport, users, 0, count, sample.concurrent(), bodyBytes);
    }

    SignalingTarget target(SampleOptions sample) {
        int colon = user.indexOf(':');
        Allowed.demand(sample.commandLine(), colon > 0, "--user", user, "NAME:PASSWORD");
        return new SignalingTarget("server", Objects.requireNonNull(server), domain, user.substring(0, colon),
            user.substring(colon + 1), sample.pids());
    }
}
