package io.turnstone.loadtest.system;

/**
 * How much of a failover test is run.
 *
 * @param runs calm ones, each with machines and processes of its own
 * @param jvmOptions of the nodes
 * @param strict whether a series without enough calm runs fails; otherwise its gaps are told and not judged
 */
record FailoverForm(String name, int runs, int allocations, int measured, String jvmOptions, boolean strict) {
    /** For every build: enough to see that it works, on a machine that may be busy. */
    static final FailoverForm SHORT = new FailoverForm("short", 1, 200, 40, "-Xmx256m -XX:TieredStopAtLevel=1", false);
    /** What the figures come from. */
    static final FailoverForm FULL = new FailoverForm("full", 10, 1_000, 100, "-Xmx384m", true);
    /** Calm ones and disturbed ones together. */
    private static final int RUNS_MAX_PER_RUN = 2;

    int runsMax() {
        return Math.max(2, runs * RUNS_MAX_PER_RUN);
    }
}
