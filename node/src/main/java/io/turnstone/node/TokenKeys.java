package io.turnstone.node;

import io.turnstone.config.Settings;
import io.turnstone.node.auth.BearerTokens;
import io.turnstone.node.auth.JsonWebKeys;
import io.turnstone.node.auth.TokenSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of who issues bearer tokens, read again and again by a thread of its own, so that nobody who verifies a token
 * waits for them. Closed by one thread, asked by any.
 */
final class TokenKeys implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TokenKeys.class);
    /** Between two times that the keys are read, whoever asks. */
    private static final Duration PAUSE_MIN = Duration.ofSeconds(10);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);
    private static final int OCTETS_MAX = 1 << 20;
    private static final int OK = 200;

    private final String location;
    private final Duration interval;
    private final TokenSettings settings;
    private final Semaphore wanted = new Semaphore(0);
    private final Thread thread;
    private volatile JsonWebKeys keys = JsonWebKeys.none();

    private TokenKeys(String location, Settings.Tokens tokens) {
        this.location = location;
        this.interval = tokens.refreshInterval();
        this.settings = new TokenSettings(
            tokens.issuer().orElseThrow(),
            tokens.audience().orElseThrow(),
            tokens.userClaim(),
            tokens.clockSkew().toMillis(),
            tokens.authorizationServer().orElse(""));
        this.thread = Thread.ofPlatform().daemon().name("token-keys").unstarted(this::run);
    }

    /**
     * Begins to read; null where no tokens are taken.
     *
     * @throws IllegalStateException in one line, when a file is not there or holds no keys
     */
    static @Nullable TokenKeys open(Settings settings) {
        Settings.Tokens tokens = settings.auth().tokens();
        if (tokens.keys().isEmpty()) {
            return null;
        }
        TokenKeys opened = new TokenKeys(tokens.keys().get(), tokens);
        if (!opened.isUrl()) {
            try {
                opened.keys = opened.read();
            } catch (IOException failed) {
                throw new IllegalStateException("turnstone.auth.tokens.keys: " + failed.getMessage(), failed);
            }
        }
        opened.thread.start();
        return opened;
    }

    BearerTokens tokens() {
        return new BearerTokens(settings, () -> keys, wanted::release);
    }

    /** How many keys there are. */
    int size() {
        return keys.size();
    }

    private boolean isUrl() {
        return location.startsWith("http://") || location.startsWith("https://");
    }

    private void run() {
        try {
            boolean read = !isUrl() || refresh();
            while (!Thread.currentThread().isInterrupted()) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MIN.toMillis());
                long restMs = interval.minus(PAUSE_MIN).toMillis();
                if (read && wanted.tryAcquire(restMs, TimeUnit.MILLISECONDS)) {
                    LOG.debug("A token names a key that is not known");
                }
                wanted.drainPermits();
                read = refresh();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean refresh() throws InterruptedException {
        try {
            keys = isUrl() ? fetch() : read();
            return true;
        } catch (IOException failed) {
            LOG.warn("The keys of bearer tokens stay as they are: {}", failed.getMessage());
            return false;
        }
    }

    private JsonWebKeys read() throws IOException {
        Path file = Path.of(location);
        if (!Files.isReadable(file)) {
            throw new IOException(location + " cannot be read");
        }
        if (Files.size(file) > OCTETS_MAX) {
            throw new IOException(location + " is longer than " + OCTETS_MAX + " octets");
        }
        return parsed(Files.readString(file));
    }

    private JsonWebKeys fetch() throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER_WITHIN).build()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(location))
                .header("Accept", "application/jwk-set+json, application/json")
                .timeout(ANSWER_WITHIN)
                .build();
            HttpResponse<String> response = http
                .send(request, HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofString(), OCTETS_MAX));
            if (response.statusCode() != OK) {
                throw new IOException(location + " answers " + response.statusCode());
            }
            return parsed(response.body());
        }
    }

    private JsonWebKeys parsed(String text) throws IOException {
        JsonWebKeys parsed = JsonWebKeys.parse(text);
        if (parsed == null || parsed.size() == 0) {
            throw new IOException(location + " holds no JWK Set with a key that can be used");
        }
        return parsed;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
