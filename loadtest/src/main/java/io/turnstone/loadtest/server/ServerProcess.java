package io.turnstone.loadtest.server;

import io.turnstone.loadtest.client.Pause;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A process of the operating system with its children, its output in a file. It is stopped by {@link #close()}, and at
 * the latest when this JVM ends. Any thread.
 */
public final class ServerProcess implements AutoCloseable {
    private static final long POLL_MS = 20;
    private static final long STOP_SECONDS_MAX = 8;
    private static final Set<ServerProcess> ALIVE = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> ALIVE.forEach(ServerProcess::kill), "stop-servers"));
    }

    private final String name;
    private final Process process;
    private final Path log;

    private ServerProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /** @param log gets standard output and standard error; its directory is made */
    public static ServerProcess start(String name, Path log, List<String> command) {
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            Process process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
            ServerProcess started = new ServerProcess(name, process, log);
            ALIVE.add(started);
            return started;
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot start " + name + ": " + String.join(" ", command), failed);
        }
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    public Path log() {
        return log;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** The exit status, once the process has ended within that time. */
    public int awaitExit(long seconds) {
        try {
            if (process.waitFor(seconds, TimeUnit.SECONDS)) {
                return process.exitValue();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        throw new IllegalStateException(name + " still runs after " + seconds + " s");
    }

    /**
     * Polls until {@code condition} holds.
     *
     * @throws IllegalStateException with the end of the log where the process ends first or time runs out
     */
    public void await(String what, long seconds, BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.getAsBoolean()) {
            if (!process.isAlive() || System.nanoTime() - deadlineNs > 0) {
                String state = process.isAlive() ? "after " + seconds + " s" : "and has ended";
                throw new IllegalStateException(name + " is not " + what + " " + state + "; " + log + ":\n" + tail());
            }
            Pause.ms(POLL_MS);
        }
    }

    /** Sends a signal to the process itself, as {@code kill -SIGNAL} does. */
    public void signal(String signal) {
        signal(signal, process.pid());
    }

    /** Sends a signal to the process and to all it has started. */
    public void signalAll(String signal) {
        processes().forEach(each -> signal(signal, each.pid()));
    }

    /** User and system time of the process and of all it has started, so far. */
    public double cpuSeconds() {
        return ProcessorTime.ofTree(process.pid());
    }

    /** Resident memory of the process and of all it has started. */
    public long residentBytes() {
        return processes().mapToLong(each -> sizeBytes(each.pid(), "status", "VmRSS:")).sum();
    }

    /** The same, where memory that several of them share counts once. */
    public long proportionalBytes() {
        return processes().mapToLong(each -> sizeBytes(each.pid(), "smaps_rollup", "Pss:")).sum();
    }

    public String output() {
        try {
            return Files.readString(log);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Asks with SIGTERM, and kills what still runs some seconds later. */
    @Override
    public void close() {
        List<ProcessHandle> all = processes().toList();
        all.forEach(ProcessHandle::destroy);
        try {
            process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        all.forEach(ProcessHandle::destroyForcibly);
        ALIVE.remove(this);
    }

    /** SIGKILL, at once, to the process and to all it has started: the crash of a machine. */
    public void kill() {
        List<ProcessHandle> all = processes().toList();
        all.forEach(ProcessHandle::destroyForcibly);
        try {
            process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        ALIVE.remove(this);
    }

    /** All processes that it has started, and theirs. */
    public List<ProcessHandle> children() {
        return process.descendants().toList();
    }

    private Stream<ProcessHandle> processes() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    private String tail() {
        String output = output();
        return output.substring(Math.max(0, output.length() - 4_000));
    }

    private static void signal(String signal, long pid) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static long sizeBytes(long pid, String file, String start) {
        return proc(pid, file).lines()
            .filter(line -> line.startsWith(start))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
            .sum();
    }

    private static String proc(long pid, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), file));
        } catch (NoSuchFileException gone) {
            return "";
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
