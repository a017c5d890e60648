package io.turnstone.loadtest.hold;

import java.util.ArrayList;
import java.util.List;

/** What a real client would have noticed: error answers other than a challenge, and silence. The loop's thread. */
final class ClientErrors {
    private final List<Entry> entries = new ArrayList<>();
    private long startedNs = System.nanoTime();
    private long requests;

    /** @param atSeconds since the window began; negative before it */
    record Entry(double atSeconds, int allocation, String request, String what) {
        @Override
        public String toString() {
            return "%s of allocation %d at %.2f s: %s".formatted(request, allocation, atSeconds, what);
        }
    }

    /** Errors made before count as well; only their times are told from now on. */
    void begin(long nowNs) {
        startedNs = nowNs;
    }

    void countRequest() {
        requests++;
    }

    void add(int allocation, String request, String what) {
        entries.add(new Entry((System.nanoTime() - startedNs) / 1e9, allocation, request, what));
    }

    long requests() {
        return requests;
    }

    List<Entry> entries() {
        return List.copyOf(entries);
    }
}
