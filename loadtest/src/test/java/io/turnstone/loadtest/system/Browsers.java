package io.turnstone.loadtest.system;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import io.turnstone.loadtest.bed.Host;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Debian's headless Chromium under Playwright, which brings no browser of its own here. One thread. */
final class Browsers implements AutoCloseable {
    private static final List<String> FLAGS = List.of("--no-sandbox", "--disable-gpu", "--disable-quic",
        "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", "--allow-loopback-in-peer-connection",
        "--disable-background-timer-throttling", "--autoplay-policy=no-user-gesture-required");

    private static final Playwright.CreateOptions NO_DOWNLOAD = new Playwright.CreateOptions()
        .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"));

    private final Path executable;
    private final Playwright playwright;

    private Browsers(Path executable, Playwright playwright) {
        this.executable = executable;
        this.playwright = playwright;
    }

    static Browsers start() {
        Path executable = Path.of(Tools.require("chromium"));
        return new Browsers(executable, Playwright.create(NO_DOWNLOAD));
    }

    /** One that shows that address; closed if it cannot. */
    static Browsers startAt(String url) {
        Browsers browsers = start();
        try {
            browsers.page().navigate(url);
            return browsers;
        } catch (RuntimeException failed) {
            browsers.close();
            throw failed;
        }
    }

    /** As {@link #start}, on a machine of a bed. */
    static Browsers startOn(Host host) {
        Path executable = host.wrapper(Tools.ARTEFACTS.resolve("chromium-there"), Tools.require("chromium"));
        return new Browsers(executable, Playwright.create(NO_DOWNLOAD));
    }

    /** A blank page in a browser process of its own. */
    Page page() {
        Browser browser = playwright.chromium()
            .launch(new BrowserType.LaunchOptions().setExecutablePath(executable).setArgs(FLAGS));
        return browser.newPage();
    }

    /** Ends every browser. */
    @Override
    public void close() {
        playwright.close();
    }
}
