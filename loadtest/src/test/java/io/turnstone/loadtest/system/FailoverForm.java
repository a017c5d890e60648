package io.turnstone.loadtest.system;

/**
 * How much of a failover test is run.
 *
 * @param runs calm ones, one after the other in the same cluster
 * @param afterMs from the end of the fault to the end of the window; longer than the silence after which an allocation
 *     counts as silent, and than a round of requests
 * @param requestEverySeconds between two rounds of Refresh, CreatePermission and ChannelBind
 * @param jvmOptions of the nodes
 * @param strict whether a series without enough calm runs fails; otherwise its gaps are told and not judged
 */
record FailoverForm(String name, int runs, int allocations, int measured, long afterMs,
    int requestEverySeconds,
    String jvmOptions, boolean strict) {
    /** Packets a second, each way, on a measured flow. */
    static final int RATE = 50;

    /** For every build: enough to see that it works, on a machine that may be busy. */
    static final FailoverForm SHORT = new FailoverForm("short", 1, 200, 40, 5_000, 3,
        Tools.QUICK_JVM, false);
    /** What the figures come from. {@code -Dturnstone.failover.runs=3} for a first look. */
    static final FailoverForm FULL = new FailoverForm("full", Integer.getInteger("turnstone.failover.runs", 10), 1_000,
        100, 10_000, 5, "-Xmx384m", true);
    /** Calm ones and disturbed ones together. */
    private static final int STRICT_RUNS_MAX_PER_RUN = 2;
    /** Those with gaps that are too long, and the last one. */
    private static final int RUNS_MAX_PER_RUN = 3;

    /** The same with the demo's JVM flags: a node that starts while gaps are measured takes the cores from what is measured. */
    FailoverForm startingQuickly() {
        return new FailoverForm(name, runs, allocations, measured, afterMs, requestEverySeconds, Tools.QUICK_JVM,
            strict);
    }

    FailoverForm withJvmOption(String option) {
        return new FailoverForm(name, runs, allocations, measured, afterMs, requestEverySeconds,
            jvmOptions + " " + option, strict);
    }

    int runsMax() {
        return runs * (strict ? STRICT_RUNS_MAX_PER_RUN : RUNS_MAX_PER_RUN);
    }
}
