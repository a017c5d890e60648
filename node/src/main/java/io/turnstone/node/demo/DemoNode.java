package io.turnstone.node.demo;

import io.turnstone.node.Main;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * One node process: the JVM, its options and the class path of this one, its output prefixed with its name. It ends when its standard
 * input does, so it cannot outlive this process. Any thread.
 */
final class DemoNode {
    /** Ctrl-C reaches the whole process group, but this process alone decides when the nodes stop. */
    private static final List<String> DEAF_TO_CTRL_C = List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", "sh");
    private static final int CLOSE_SECONDS_MAX = 8;

    private final Process process;
    private volatile boolean killed;

    private DemoNode(Process process) {
        this.process = process;
    }

    /**
     * @param settings the file for {@code --config}
     * @param onEnd gets the exit code of a node that was not killed, after the last line of output
     */
    static DemoNode start(DemoPlan.NodePlan plan, Path settings, PrintWriter out, IntConsumer onEnd) {
        List<String> command = new ArrayList<>(DEAF_TO_CTRL_C);
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "node",
            "--config", settings.toString(), "--stop-with-stdin"));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            DemoNode node = new DemoNode(process);
            Thread.ofPlatform()
                .daemon()
                .name(plan.name() + "-output")
                .start(() -> node.follow(plan.name(), out, onEnd));
            return node;
        } catch (IOException noProcess) {
            throw new UncheckedIOException(plan.name() + " cannot be started", noProcess);
        }
    }

    private void follow(String name, PrintWriter out, IntConsumer onEnd) {
        copyLines(name, process, out);
        int exitCode = exitCode(process);
        if (killed) {
            out.println(name + " | (killed)");
        } else {
            onEnd.accept(exitCode);
        }
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /** SIGKILL: the process has no say in it. */
    void kill() {
        killed = true;
        process.destroyForcibly();
    }

    private static void copyLines(String name, Process process, PrintWriter out) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.println(name + " | " + line);
            }
        } catch (IOException ended) {
            out.println(name + " | (its output ended: " + ended.getMessage() + ")");
        }
    }

    private static int exitCode(Process process) {
        try {
            return process.waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    /** Asks the node to close by ending its standard input. */
    void askToClose() {
        try {
            process.getOutputStream().close();
        } catch (IOException alreadyGone) {
            process.destroy();
        }
    }

    /** Waits until the node has closed; one that takes too long is killed. */
    void awaitClosed() {
        try {
            if (!process.waitFor(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException impatient) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
