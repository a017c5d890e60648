package io.turnstone.loadtest.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** CPU time so far, user and system together, in seconds, as {@code /proc} tells it (proc(5)). */
public final class ProcessorTime {
    /** {@code sysconf(_SC_CLK_TCK)}: 100 on every Linux that Java 25 runs on. */
    private static final double TICKS_PER_SECOND = 100;
    private static final int UTIME_FIELD = 11;
    private static final int STIME_FIELD = 12;
    private static final int SYSTEM_IDLE_FIELD = 4;
    private static final int SYSTEM_IOWAIT_FIELD = 5;
    /** User, nice, system, idle, iowait, irq and softirq; what is stolen is nobody's here. */
    private static final int SYSTEM_FIELDS = 7;

    private ProcessorTime() {}

    /** Of a process and of all it has started; 0 of one that has ended. */
    public static double ofTree(long pid) {
        return ProcessHandle.of(pid)
            .map(process -> Stream.concat(Stream.of(process), process.descendants()))
            .orElse(Stream.empty())
            .mapToDouble(each -> of(each.pid()))
            .sum();
    }

    /** Of a process without those it has started; 0 of one that has ended. */
    public static double of(long pid) {
        String stat = proc(Path.of("/proc", Long.toString(pid), "stat"));
        if (stat.isEmpty()) {
            return 0;
        }
        String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(afterName[UTIME_FIELD]) + Long.parseLong(afterName[STIME_FIELD])) / TICKS_PER_SECOND;
    }

    /** Of the whole machine, whoever it was spent for. */
    public static double ofSystem() {
        String[] fields = proc(Path.of("/proc/stat")).lines().findFirst().orElseThrow().split(" +", -1);
        long ticks = 0;
        for (int i = 1; i <= SYSTEM_FIELDS; i++) {
            if (i != SYSTEM_IDLE_FIELD && i != SYSTEM_IOWAIT_FIELD) {
                ticks += Long.parseLong(fields[i]);
            }
        }
        return ticks / TICKS_PER_SECOND;
    }

    private static String proc(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException gone) {
            return "";
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
