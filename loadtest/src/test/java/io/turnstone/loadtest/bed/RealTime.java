package io.turnstone.loadtest.bed;

import java.util.List;

/**
 * Lets what carries packets between the hosts of a bed, and what measures, run before everything else on the machine below.
 * Beside a JVM that starts on two cores both have waited for 200 ms, which between machines of their own nothing does. Without
 * effect where that is not allowed.
 */
final class RealTime {
    private static final String KERNEL = "for pid in $(pgrep '^ksoftirqd/'); do chrt %s $pid; done; true";

    private RealTime() {}

    /** The kernel's threads for packets, which take turns with all programs otherwise. */
    static void beginInKernel() {
        run(KERNEL.formatted("--fifo --pid 1"));
    }

    static void endInKernel() {
        run(KERNEL.formatted("--other --pid 0"));
    }

    /** Every thread that the process has now or starts later. */
    static void begin(long pid) {
        run("chrt --all-tasks --fifo --pid 1 " + pid + " || true");
    }

    private static void run(String commands) {
        Host.execute(List.of("sh"), commands);
    }
}
