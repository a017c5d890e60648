package io.turnstone.loadtest.system;

import io.turnstone.loadtest.server.ServerProcess;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Programs that are not Java. A missing one skips its test, or fails it where {@code turnstone.interop=required}. */
final class Tools {
    /** What the tests leave behind: logs, captures, reports. */
    static final Path ARTEFACTS = Path.of("target", "system").toAbsolutePath();
    /**
     * For nodes of which several start at once and live for a minute, as {@code TURNSTONE_JAVA_OPTS} has it: the demo's
     * flags, so that its AOT cache serves where there is one. That takes a third of the CPU time until they are ready.
     */
    static final String QUICK_JVM = "-XX:-UseZGC -XX:+UseSerialGC -Xmx256m -XX:TieredStopAtLevel=1 "
        + "-XX:MetaspaceSize=128m -XX:ReservedCodeCacheSize=128m -Xlog:aot=off -Xlog:cds=off -XX:AOTCache="
        + TurnstoneNode.repositoryRoot().resolve("node/target/demo.aot");
    private static final AtomicInteger RUNS = new AtomicInteger();

    private Tools() {}

    static String require(String tool) {
        return find(tool).orElseGet(() -> missing(tool + " is not on the PATH"));
    }

    /** What a package manager has put there, which is not part of the repository. */
    static Path requireDirectory(Path directory, String remedy) {
        return Files.isDirectory(directory) ? directory : Path.of(missing(directory + " is not there: " + remedy));
    }

    /** What a bed of network namespaces takes: root, and the programs that make and break it. */
    static void requireNamespaces() {
        List.of("ip", "nft", "conntrack", "bash").forEach(Tools::require);
        requireRoot();
    }

    /** For what only root may do with the network or the kernel. */
    static void requireRoot() {
        if (!"root".equals(System.getProperty("user.name"))) {
            missing("this needs root");
        }
    }

    /** Runs a tool to its end, within that time, and gives what it wrote. */
    static String run(long seconds, List<String> command) {
        Path log = ARTEFACTS.resolve(
            Path.of(command.getFirst()).getFileName() + "-" + RUNS.incrementAndGet() + ".log");
        try (ServerProcess process = ServerProcess.start(command.getFirst(), log, command)) {
            int status = process.awaitExit(seconds);
            if (status != 0) {
                Assertions.fail(String.join(" ", command) + " ended with " + status + ":\n" + process.output());
            }
            return process.output();
        }
    }

    private static String missing(String what) {
        if ("required".equals(System.getProperty("turnstone.interop"))) {
            Assertions.fail(what);
        }
        return Assumptions.abort(what);
    }

    private static Optional<String> find(String tool) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
        return Arrays.stream(path.split(":", -1))
            .map(directory -> Path.of(directory, tool))
            .filter(Files::isExecutable)
            .map(Path::toString)
            .findFirst();
    }
}
