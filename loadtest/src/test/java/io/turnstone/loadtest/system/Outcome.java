package io.turnstone.loadtest.system;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a kill did to one side of a browsers' call.
 *
 * @param gapMs the longest time without a new frame that began or ended after it
 * @param usualGapMs the same for the seconds before
 * @param iceStates that were entered after it, with when
 */
record Outcome(double gapMs, double usualGapMs, int packetsLost, List<IceState> iceStates, int pairChanges) {
    /** @param afterMs since the kill */
    record IceState(String state, double afterMs) {
        boolean isAlive() {
            return state.equals("connected") || state.equals("completed");
        }
    }

    /** @param result what a page says of it */
    static Outcome read(Map<?, ?> result, double gapMs, double usualGapMs) {
        List<IceState> iceStates = ((List<?>) Objects.requireNonNull(result.get("iceStates"))).stream()
            .map(change -> (Map<?, ?>) change)
            .map(change -> new IceState(String.valueOf(change.get("state")), number(change, "afterMs").doubleValue()))
            .toList();
        return new Outcome(gapMs, usualGapMs, number(result, "packetsLost").intValue(), iceStates,
            number(result, "pairChanges").intValue());
    }

    private static Number number(Map<?, ?> values, String key) {
        return (Number) Objects.requireNonNull(values.get(key), key);
    }
}
