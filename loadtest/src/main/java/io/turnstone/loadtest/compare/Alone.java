package io.turnstone.loadtest.compare;

import io.turnstone.loadtest.client.Pause;
import io.turnstone.loadtest.relay.RelaySample;
import io.turnstone.loadtest.relay.RelayTarget;
import io.turnstone.loadtest.relay.Rounds;
import java.util.List;

/** Stops all servers but the one that is measured. */
record Alone(List<Contender> contenders) implements Rounds.Watcher {
    /** Within which a server gives the allocations back, so that it knows none of the next clients' ports. */
    private static final long FAREWELL_MS = 500;

    @Override
    public void before(int round, RelayTarget target) {
        contenders.forEach(each -> each.signal(each.target().equals(target) ? "CONT" : "STOP"));
    }

    @Override
    public void after(int round, RelayTarget target, RelaySample sample) {
        Pause.ms(FAREWELL_MS);
        contenders.forEach(each -> each.signal("STOP"));
    }
}
