package io.turnstone.node.rib;

/**
 * How fast things happen in a {@link SimulatedCluster}. Immutable.
 *
 * @param tickMs a node's duty cycle
 * @param stepMs the longest pause between two things that happen
 * @param disturbances of a thousand steps, how many are not a client's
 * @param pauses of a thousand of the other steps, how many make a machine pause
 * @param moves of eight requests of a client that has a ticket, how many move it
 * @param addresses how many client addresses there are, with three ports each
 * @param partitionMs the shortest partition
 * @param lifetimeSeconds of an allocation that is not refreshed
 * @param digestMs how often nodes compare what they hold
 * @param firstMs how long the cluster runs before it is left in peace, and then once more for {@code secondMs}
 */
record SimulatedTempo(long tickMs, int stepMs, int disturbances, int pauses, int moves, int addresses, long partitionMs,
    int lifetimeSeconds, long digestMs, long firstMs, long secondMs) {
    /** Many things in little time: races. */
    static final SimulatedTempo BRISK = new SimulatedTempo(20, 60, 40, 25, 1, 20, 0, 20, 1_000, 6_500, 3_000);
    /** The same, of clients that are hardly ever where they were, and often where another one was. */
    static final SimulatedTempo ROAMING = new SimulatedTempo(20, 60, 40, 25, 4, 4, 0, 20, 1_000, 6_500, 3_000);
    /** Nobody comes or goes, but machines pause all the time, and the nodes disagree on who is live. */
    static final SimulatedTempo PAUSING = new SimulatedTempo(20, 60, 0, 100, 1, 4, 0, 20, 1_000, 6_500, 3_000);
    /** Few things in much time: whatever outlives a tombstone, a permission or a membership. */
    static final SimulatedTempo SLOW = new SimulatedTempo(
        100, 3_000, 160, 25, 1, 20, 45_000, 150, 5_000, 360_000, 90_000);

    /** Every eighth seed lives long, another one pauses, two of eight have clients that roam. */
    static SimulatedTempo of(long seed) {
        return switch ((int) (seed % 8)) {
            case 1 -> PAUSING;
            case 7 -> SLOW;
            case 3, 5 -> ROAMING;
            default -> BRISK;
        };
    }

    /** By then every pair has compared twice. */
    long settleMs() {
        return 3 * digestMs + 1_000;
    }
}
