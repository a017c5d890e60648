package io.turnstone.node.transport.stream;

/**
 * How many of a loop's flows are to be closed by when: as many in each stretch of time as in any other. Immutable.
 *
 * @param count flows at the beginning
 */
record DrainSchedule(int count, long startNs, long durationNs) {
    /** How many are to have been closed; at the end all, whatever their number has become. */
    int due(long nowNs) {
        long elapsedNs = Math.max(nowNs - startNs, 0);
        return elapsedNs >= durationNs ? Integer.MAX_VALUE : (int) (count * (double) elapsedNs / durationNs);
    }
}
