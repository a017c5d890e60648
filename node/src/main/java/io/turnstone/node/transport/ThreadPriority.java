package io.turnstone.node.transport;

/**
 * Who runs first where there are fewer processors than work: what carries packets and heartbeats, before compilers and
 * collectors. A node that is starved of CPU is late for its heartbeats, and the others take it for dead.
 */
public enum ThreadPriority {
    /** Of threads that carry packets or decide about them: nine times the share of a thread of nice value 0. */
    PACKETS(-10),
    /** Of actors, which carry what members tell each other and answer balancers' probes: three times that share. */
    ACTORS(-5);

    private final int nice;

    ThreadPriority(int nice) {
        this.nice = nice;
    }

    /**
     * Gives this to the calling thread, and to those that it starts from now on. Only Linux knows priorities of threads,
     * and grants this to root, to CAP_SYS_NICE, or within RLIMIT_NICE.
     *
     * @return false where the thread remains as it was
     */
    public boolean raise() {
        return System.getProperty("os.name").equals("Linux") && new LinuxCalls().setPriority(nice) == 0;
    }
}
