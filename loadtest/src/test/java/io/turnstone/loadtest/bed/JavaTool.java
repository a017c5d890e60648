package io.turnstone.loadtest.bed;

import io.turnstone.loadtest.Main;
import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;

/** Classes of this module as programs of their own, since the sockets of a running JVM cannot change their namespace. */
final class JavaTool {
    private static final String CLASS_PATH = Stream.of(Main.class, HealthCheck.class, CommandLine.class)
        .map(JavaTool::location)
        .collect(Collectors.joining(File.pathSeparator));

    private JavaTool() {}

    /** Without the JVM's performance file: writing to it stops a JVM for as long as the disk is busy. */
    static List<String> command(String mainClass, String heapMax, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-Xmx" + heapMax,
            "-XX:TieredStopAtLevel=1", "-XX:+PerfDisableSharedMem", "-cp", CLASS_PATH, mainClass));
        command.addAll(arguments);
        return command;
    }

    private static String location(Class<?> type) {
        return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString())).toString();
    }
}
