package io.turnstone.loadtest.system;

import io.turnstone.loadtest.server.TurnstoneNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A page in a browser with SIP libraries as they were published. One thread. */
final class PhonePage implements AutoCloseable {
    private static final Path LIBRARIES = Path.of("loadtest", "src", "test", "npm", "node_modules");

    private final PhoneSite site;
    private final Browser browser;

    /** What shows the page. */
    private interface Browser {
        void close();
    }

    private PhonePage(PhoneSite site, Browser browser) {
        this.site = site;
        this.browser = browser;
    }

    /** Opens the page in a browser of its own; it loads the libraries before it does the first that it is asked for. */
    static PhonePage open(PhoneKind.Browser kind) {
        Path libraries = Tools.requireDirectory(TurnstoneNode.repositoryRoot().resolve(LIBRARIES),
            "npm ci --prefix " + LIBRARIES.getParent());
        PhoneSite site = new PhoneSite(libraries);
        try {
            return new PhonePage(site, switch (kind) {
                case CHROMIUM -> Browsers.startAt(site.url())::close;
                case FIREFOX -> Firefox.open(site.url())::close;
            });
        } catch (RuntimeException | Error failed) {
            site.close();
            throw failed;
        }
    }

    /** A user agent that is connected; {@code name} is what the page calls it. */
    void open(String name, String library, Map<String, Object> settings) {
        site.perform(json(List.of("open", name, library, settings)));
    }

    /** The same in a document of its own, which {@link #reload} loads again. */
    void openDocument(String name, String library, Map<String, Object> settings) {
        site.perform(json(List.of("openDocument", name, library, settings)));
    }

    /** A user agent with the same settings, connected, in the place of one that is gone with its document. */
    void reload(String name) {
        site.perform(json(List.of("reload", name)));
    }

    /** What a method of a user agent returns, once that is there. */
    String act(String name, String method, Object... parameters) {
        return site.perform(json(List.of("act", name, method, List.of(parameters))));
    }

    /** Stops every user agent. */
    void closePhones() {
        site.perform(json(List.of("closeAll")));
    }

    private static String json(Object value) {
        return switch (value) {
            case List<?> list -> list.stream().map(PhonePage::json).collect(Collectors.joining(",", "[", "]"));
            case Map<?, ?> map -> map.entrySet()
                .stream()
                .map(entry -> json(entry.getKey()) + ":" + json(entry.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
            case String text -> '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
            default -> value.toString();
        };
    }

    @Override
    public void close() {
        try {
            browser.close();
        } finally {
            site.close();
        }
    }
}
