package io.turnstone.loadtest.command;

import io.turnstone.loadtest.client.Credentials;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Who the clients are. */
public final class CredentialOptions {
    private static final int DAY_SECONDS = 86_400;

    @Option(names = "--user", paramLabel = "NAME[:PASSWORD]", required = true, description = "Long-term credential; a name alone with --secret.")
    private String user = "";

    @Option(names = "--secret", paramLabel = "SECRET", description = "TURN REST secret: makes a credential good for a day.")
    private @Nullable String secret;

    /**
     * @param command whose options these are
     * @throws ParameterException if the two do not go together
     */
    public Credentials read(CommandLine command) {
        int colon = user.indexOf(':');
        if (secret != null) {
            Allowed.demand(command, colon < 0, "--user", user, "a name without a password beside --secret");
            return Credentials.rest(secret, user, System.currentTimeMillis() / 1_000 + DAY_SECONDS, "HmacSHA1");
        }
        Allowed.demand(command, colon > 0, "--user", user, "NAME:PASSWORD, or a name with --secret");
        return Credentials.longTerm(user.substring(0, colon), user.substring(colon + 1));
    }
}
