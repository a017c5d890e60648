package io.turnstone.loadtest.system;

import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.ServerProcess;
import io.turnstone.loadtest.server.TurnstoneNode;
import io.turnstone.loadtest.sip.SippScenario;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assertions;

/** One user agent played by sipp (Debian: sip-tester), at a port of its own. One thread. */
final class Sipp {
    private static final AtomicInteger RUNS = new AtomicInteger();
    private static final int SECONDS_MAX = 60;

    private static final String HERE = "127.0.0.1";

    private final String server;
    private final String domain;
    private final Transport transport;
    private final String user;
    private final String password;
    private final String ip;
    private final int port = FreePorts.one();

    /** What sipp calls it: one socket for all calls. */
    enum Transport {
        UDP("u1"),
        TCP("t1");

        private final String flag;

        Transport(String flag) {
            this.flag = flag;
        }
    }

    /** Who calls or is called. */
    record Account(String user, String password) {}

    Sipp(int serverPort, String domain, Transport transport, Account account) {
        this(HERE + ":" + serverPort, domain, transport, account, HERE);
    }

    /**
     * @param server IP:PORT
     * @param ip of loopback, at which it is known
     */
    Sipp(String server, String domain, Transport transport, Account account, String ip) {
        this.server = server;
        this.ip = ip;
        this.domain = domain;
        this.transport = transport;
        this.user = account.user();
        this.password = account.password();
    }

    int port() {
        return port;
    }

    String contact() {
        return "<sip:" + user + "@" + ip + ":" + port + ";transport=" + transport.name().toLowerCase(Locale.ROOT)
            + ">";
    }

    /** The beginning of a scenario: it registers for ten minutes. */
    SippScenario registering(String name) {
        return new SippScenario(name)
            .then("register", Map.of("lines", "Contact: " + contact() + "\nExpires: 600"))
            .then("registered");
    }

    /**
     * Registers with that node and plays a scenario, in the background until it is closed, with everybody who calls. Over TCP
     * calls come by the connection of the registration, and one is played.
     */
    ServerProcess answer(SippScenario scenario, TurnstoneNode node) {
        if (transport == Transport.UDP) {
            call(registering("register-" + user), 1);
            return start(scenario);
        }
        double before = registrations(node);
        ServerProcess process = start(registering("stay-" + user).then("stay"), "-oocsf",
            scenario.write(Tools.ARTEFACTS).toString(), "-m", "1");
        try {
            process.await("registered", 20, () -> registrations(node) > before);
        } catch (RuntimeException | Error failed) {
            process.close();
            throw failed;
        }
        return process;
    }

    /** Ends whatever the user has registered. */
    void unregister() {
        call(new SippScenario("unregister")
            .then("register", Map.of("lines", "Contact: *\nExpires: 0"))
            .then("unregistered"), 1);
    }

    private static double registrations(TurnstoneNode node) {
        return node.admin().metrics().sum("turnstone_sip_registered_total");
    }

    /** Plays a scenario that begins with a request, as often as said; fails unless each time succeeds. */
    void call(SippScenario scenario, int times, String... flags) {
        List<String> all = new ArrayList<>(List.of("-m", Integer.toString(times), "-timeout",
            SECONDS_MAX + "s", "-timeout_error"));
        all.addAll(Arrays.asList(flags));
        try (ServerProcess process = start(scenario, all.toArray(String[]::new))) {
            expectSuccess(process);
        }
    }

    /** Waits for the end of a process that plays a limited number of calls; fails unless each has succeeded. */
    static void expectSuccess(ServerProcess process) {
        int status = process.awaitExit(SECONDS_MAX + 20);
        if (status != 0) {
            Assertions.fail(process.name() + " ended with " + status + ":\n" + process.output());
        }
    }

    /** Whether a process of this machine listens on that port of TCP over IPv4; asked without connecting. */
    static boolean isListening(int port) {
        String local = ":%04X ".formatted(port);
        try {
            return Files.readAllLines(Path.of("/proc/net/tcp"))
                .stream()
                .anyMatch(line -> line.contains(local) && line.contains(" 00000000:0000 0A "));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Plays a scenario in the background until it is closed. */
    ServerProcess start(SippScenario scenario, String... flags) {
        String run = scenario.name() + "-" + user + "-" + RUNS.incrementAndGet();
        List<String> command = new ArrayList<>(List.of(
            "env", "TERM=xterm", Tools.require("sipp"), "-sf", scenario.write(Tools.ARTEFACTS).toString(), "-i",
            ip, "-p", Integer.toString(port), "-t", transport.flag, "-au", user, "-ap", password, "-key",
            "domain", domain, "-key", "user", user, "-nostdin", "-trace_err", "-error_file",
            Tools.ARTEFACTS.resolve("sipp-" + run + ".errors").toString()));
        command.addAll(Arrays.asList(flags));
        command.add(server);
        return ServerProcess.start("sipp " + run, Tools.ARTEFACTS.resolve("sipp-" + run + ".log"), command);
    }
}
