package io.turnstone.loadtest.hold;

import java.util.BitSet;

/**
 * What arrived of one direction of a flow within the window, each packet counted once. One thread: the loop's.
 */
final class Arrivals {
    private final BitSet seen = new BitSet();
    private int window;
    private long startedNs;
    private int received;
    private int duplicates;
    private long lastNs;
    private long longestGapNs;
    private long longestGapStartNs;

    /** Forgets everything: from now on packets of {@code newWindow} count, and the first gap starts now. */
    void begin(int newWindow, long nowNs) {
        seen.clear();
        window = newWindow;
        startedNs = nowNs;
        received = 0;
        duplicates = 0;
        lastNs = nowNs;
        longestGapNs = 0;
        longestGapStartNs = nowNs;
    }

    int window() {
        return window;
    }

    void onArrival(int arrivedWindow, int number, long nowNs) {
        if (arrivedWindow != window) {
            return;
        }
        if (seen.get(number)) {
            duplicates++;
            return;
        }
        seen.set(number);
        received++;
        noteGap(nowNs);
        lastNs = nowNs;
    }

    /** Nothing was sent after {@code stoppedNs}: the silence until then is a gap as well. */
    void end(long stoppedNs) {
        noteGap(stoppedNs);
        lastNs = Math.max(lastNs, stoppedNs);
    }

    int received() {
        return received;
    }

    int duplicates() {
        return duplicates;
    }

    long lastNs() {
        return lastNs;
    }

    long longestGapNs() {
        return longestGapNs;
    }

    /** When the longest gap began, from the window's start. */
    long longestGapAtNs() {
        return longestGapStartNs - startedNs;
    }

    private void noteGap(long nowNs) {
        if (nowNs - lastNs > longestGapNs) {
            longestGapNs = nowNs - lastNs;
            longestGapStartNs = lastNs;
        }
    }
}
