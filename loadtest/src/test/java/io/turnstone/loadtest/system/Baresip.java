package io.turnstone.loadtest.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A desk phone (Debian: baresip) that is registered over UDP and takes every call at once. It does ICE with candidates of a
 * TURN server, DTLS-SRTP and Opus, as browsers want it, and gives back what it hears. One thread.
 */
final class Baresip implements AutoCloseable {
    private static final Path MODULES = Path.of("/usr", "lib", "baresip", "modules");
    private static final long SECONDS_MAX = 20;
    /** What it says of the first packet of a call that it has decrypted. */
    private static final Pattern HEARD = Pattern.compile("incoming rtp for 'audio' established");

    private final ServerProcess process;
    private final int controlPort;

    /**
     * Where it finds its servers.
     *
     * @param sipPort over UDP
     * @param turnPort of the same user
     */
    record Servers(String domain, int sipPort, int turnPort) {}

    private Baresip(ServerProcess process, int controlPort) {
        this.process = process;
        this.controlPort = controlPort;
    }

    static Baresip start(Servers servers, String user, String password) {
        String program = Tools.require("baresip");
        int controlPort = FreePorts.one();
        Path directory = Tools.ARTEFACTS.resolve("baresip-" + user);
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("config"), configuration(controlPort));
            Files.writeString(directory.resolve("accounts"), account(servers, user, password));
            Files.writeString(directory.resolve("contacts"), "");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        ServerProcess process = ServerProcess.start("baresip " + user, directory.resolve("baresip.log"),
            List.of(program, "-v", "-f", directory.toString()));
        return new Baresip(process, controlPort);
    }

    private static String configuration(int controlPort) {
        return """
            sip_listen 127.0.0.1:%d
            audio_player aubridge,echo
            audio_source aubridge,echo
            audio_alert aubridge,alert
            rtcp_mux yes
            ctrl_tcp_listen 127.0.0.1:%d
            module_path %s
            module opus.so
            module aubridge.so
            module ice.so
            module dtls_srtp.so
            module_app account.so
            module_app menu.so
            module_app ctrl_tcp.so
            """.formatted(FreePorts.one(), controlPort, MODULES);
    }

    private static String account(Servers servers, String user, String password) {
        return ("<sip:%s@%s;transport=udp>;auth_pass=%s;outbound=\"sip:127.0.0.1:%d;transport=udp\";regint=600"
            + ";answermode=auto;audio_codecs=opus/48000/2;mediaenc=dtls_srtp;medianat=ice"
            + ";stunserver=\"turn:127.0.0.1:%d\";stunuser=%s;stunpass=%s\n")
            .formatted(user, servers.domain(), password, servers.sipPort(), servers.turnPort(), user, password);
    }

    ServerProcess process() {
        return process;
    }

    void dial(String uri) {
        String command = "{\"command\":\"dial\",\"params\":\"" + uri + "\"}";
        try (Socket control = new Socket()) {
            control.connect(Loopback.ipv4(controlPort));
            control.getOutputStream().write((command.length() + ":" + command + ",").getBytes(UTF_8));
            // the connection is open until there is an answer
            if (control.getInputStream().read() < 0) {
                throw new IOException("no answer to " + command);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Waits until it has heard something in so many calls. */
    void awaitAudioOf(int calls) {
        process.await("hearing call " + calls, SECONDS_MAX,
            () -> HEARD.matcher(process.output()).results().count() >= calls);
    }

    @Override
    public void close() {
        process.close();
    }
}
