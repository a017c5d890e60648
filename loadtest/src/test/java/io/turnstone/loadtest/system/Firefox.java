package io.turnstone.loadtest.system;

import io.turnstone.loadtest.server.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Debian's headless Firefox ESR at one page, with a profile of its own. One thread. */
final class Firefox implements AutoCloseable {
    /** Audio that the browser makes up, and ICE on loopback; no page or update of its own. */
    private static final String PREFERENCES = """
        user_pref("media.navigator.streams.fake", true);
        user_pref("media.navigator.permission.disabled", true);
        user_pref("media.peerconnection.ice.loopback", true);
        user_pref("media.autoplay.default", 0);
        user_pref("app.normandy.enabled", false);
        user_pref("app.update.enabled", false);
        user_pref("browser.shell.checkDefaultBrowser", false);
        user_pref("browser.startup.homepage_override.mstone", "ignore");
        user_pref("datareporting.policy.dataSubmissionEnabled", false);
        user_pref("network.captive-portal-service.enabled", false);
        user_pref("network.connectivity-service.enabled", false);
        """;

    private final ServerProcess process;

    private Firefox(ServerProcess process) {
        this.process = process;
    }

    static Firefox open(String url) {
        String executable = Tools.require("firefox-esr");
        try {
            Files.createDirectories(Tools.ARTEFACTS);
            Path profile = Files.createTempDirectory(Tools.ARTEFACTS, "firefox-");
            Files.writeString(profile.resolve("user.js"), PREFERENCES);
            return new Firefox(ServerProcess.start("firefox", profile.resolve("output.log"),
                List.of(executable, "--headless", "--no-remote", "--profile", profile.toString(), url)));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
