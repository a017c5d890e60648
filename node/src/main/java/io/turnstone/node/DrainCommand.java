package io.turnstone.node;

import io.turnstone.config.ConfigurationException;
import io.turnstone.config.HostPort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help;
import picocli.CommandLine.Option;

/** {@code turnstone drain}: asks a node to leave, by its admin port, and returns when it has agreed. */
@Command(name = "drain", mixinStandardHelpOptions = true, versionProvider = Main.Version.class, description = {
    "Asks a node to leave: /ready turns false, it goes on forwarding while its balancer moves, and hands over.",
    "Returns when the node has agreed. SIGTERM to the node does the same and ends it."})
final class DrainCommand implements Callable<Integer> {
    private static final String TOKEN_VARIABLE = "TURNSTONE_ADMIN_TOKEN";
    private static final String ADMIN_DEFAULT = "127.0.0.1:9478";
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

    @Option(names = "--admin", paramLabel = "HOST:PORT", defaultValue = ADMIN_DEFAULT, description = "The node's admin address (default: ${DEFAULT-VALUE}).")
    private String admin = ADMIN_DEFAULT;

    @Option(names = "--admin-token", paramLabel = "TOKEN", defaultValue = "${env:" + TOKEN_VARIABLE
        + "}", showDefaultValue = Help.Visibility.NEVER, description = "Its bearer token, needed where that address is not loopback (default: $"
            + TOKEN_VARIABLE + ").")
    private @Nullable String token;

    @Override
    public Integer call() throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(drain(admin))
            .timeout(ANSWER_WITHIN)
            .POST(HttpRequest.BodyPublishers.noBody());
        Optional.ofNullable(token).ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER_WITHIN).build()) {
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw new IllegalStateException(
                    "the node at " + admin + " answered " + answer.statusCode() + ": " + answer.body().strip());
            }
            return ExitCode.OK;
        } catch (IOException unreachable) {
            throw new IllegalStateException("the node at " + admin + " cannot be asked: " + unreachable, unreachable);
        }
    }

    private static URI drain(String admin) {
        try {
            return URI.create("http://" + HostPort.parse(admin) + "/v1/drain");
        } catch (IllegalArgumentException malformed) {
            throw new ConfigurationException("--admin", admin, "the command line", "HOST:PORT, IPv6 as [IP]:PORT");
        }
    }
}
