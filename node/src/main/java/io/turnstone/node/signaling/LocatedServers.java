package io.turnstone.node.signaling;

import java.util.List;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;

/** Asks for servers on other threads, since name servers take their time. The signaling thread's. */
final class LocatedServers implements Servers {
    /** Questions under way; for one more, nothing is found. */
    static final int PENDING_MAX = 256;

    private final SignalingAgent.Lookups lookups;
    private final Runnable wakeUp;
    private final ManyToOneConcurrentLinkedQueue<Found> found = new ManyToOneConcurrentLinkedQueue<>();
    private int pending;

    private record Found(List<Hop> hops, Locations.Answer<List<Hop>> answer) {}

    /** @param wakeUp ends the signaling thread's pause */
    LocatedServers(SignalingAgent.Lookups lookups, Runnable wakeUp) {
        this.lookups = lookups;
        this.wakeUp = wakeUp;
    }

    @Override
    public void locate(ServerLocator.Server server, long nowMs, Locations.Answer<List<Hop>> answer) {
        if (pending == PENDING_MAX) {
            answer.accept(List.of(), nowMs);
            return;
        }
        pending++;
        lookups.executor().execute(() -> {
            List<Hop> hops = List.of();
            try {
                hops = lookups.locator()
                    .locate(server)
                    .stream()
                    .filter(hop -> lookups.allowed().test(hop.address().ip()))
                    .toList();
            } finally {
                found.add(new Found(hops, answer));
                wakeUp.run();
            }
        });
    }

    /** Answers what was found since the last time. Returns how much. */
    int doWork(long nowMs) {
        int work = 0;
        for (Found next = found.poll(); next != null; next = found.poll()) {
            pending--;
            next.answer().accept(next.hops(), nowMs);
            work++;
        }
        return work;
    }
}
