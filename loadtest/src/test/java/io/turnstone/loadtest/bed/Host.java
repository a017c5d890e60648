package io.turnstone.loadtest.bed;

import io.turnstone.loadtest.server.ServerProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** One network namespace: a machine of the bed. Any thread. */
public final class Host implements AutoCloseable {
    private static final String SYSCTLS = """
        ip link set lo up
        sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 \
            net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.default.send_redirects=0 \
            net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
        """;

    private final String namespace;
    private final String name;
    private final CpuGroup cpus;

    private Host(String prefix, String name, CpuGroup cpus) {
        this.namespace = prefix + "-" + name;
        this.name = name;
        this.cpus = cpus;
    }

    static Host make(String prefix, String name, CpuGroup cpus) {
        Host host = new Host(prefix, name, cpus);
        execute(List.of("ip", "netns", "add", host.namespace), "");
        host.script(SYSCTLS);
        return host;
    }

    public String name() {
        return name;
    }

    String namespace() {
        return namespace;
    }

    /** How much of the CPUs this host claims, in percent of what hosts claim by default. */
    void claim(int percent) {
        cpus.claim(percent);
    }

    /**
     * Runs shell commands here, one after the other, to their end; the first that fails is an exception. What they cost is
     * not this host's.
     */
    public String script(String commands) {
        return execute(inside(List.of("sh", "-e")), commands);
    }

    /** Starts a process that stays; its output goes to {@code log}. */
    public ServerProcess start(String processName, Path log, List<String> command) {
        return ServerProcess.start(processName + " on " + name, log, cpus.inside(inside(command)));
    }

    /** Makes {@code file} a program that is {@code program} run here, for those that start programs themselves. */
    public Path wrapper(Path file, String program) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            String command = cpus.inside(inside(List.of(program)))
                .stream()
                .map(word -> "'" + word + "'")
                .collect(Collectors.joining(" "));
            Files.writeString(file, "#!/bin/sh\nexec " + command + " \"$@\"\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
            return file;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Joins {@code device} of this host to a port of {@code bridge}; the port is named as this host. */
    void plugInto(Host bridge, String device) {
        script("ip link add " + device + " type veth peer name " + name + " netns " + bridge.namespace
            + "\nip link set " + device + " up");
        bridge.script("ip link set " + name + " master br0 up");
    }

    void makeBridge() {
        script("ip link add br0 type bridge\nip link set br0 up");
    }

    /** Ends every process here, then the namespace with its devices. */
    @Override
    public void close() {
        execute(List.of("sh"), "ip netns pids " + namespace + " | xargs -r kill -9\nip netns del " + namespace + '\n'
            + cpus.removal());
    }

    private List<String> inside(List<String> command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        all.addAll(command);
        return all;
    }

    /** Runs a command on this machine itself, to its end. */
    static String execute(List<String> command, String input) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException(
                    String.join(" ", command) + " ended with " + status + ": " + output + "\n" + input);
            }
            return output;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }
}
