package io.turnstone.loadtest.compare;

import io.turnstone.loadtest.relay.RelaySample;
import io.turnstone.loadtest.relay.RelayTarget;
import io.turnstone.loadtest.relay.Rounds;
import java.util.List;

/** Stops all servers but the one that is measured. */
record Alone(List<Contender> contenders) implements Rounds.Watcher {
    @Override
    public void before(int round, RelayTarget target) {
        contenders.forEach(each -> each.signal(each.target().equals(target) ? "CONT" : "STOP"));
    }

    @Override
    public void after(int round, RelayTarget target, RelaySample sample) {
        contenders.forEach(each -> each.signal("STOP"));
    }
}
