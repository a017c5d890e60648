package io.turnstone.node.fabric;

import java.util.List;

/** What the fabric of this process counts; read-only, any thread. */
public final class FabricCounters {
    private final FabricControl control;
    private final List<CounterCells> cells;

    FabricCounters(FabricControl control, List<CounterCells> cells) {
        this.control = control;
        this.cells = cells;
    }

    /** The sum over the control lane and all media lanes. Aeron's own counts are up to half a second old. */
    public long total(FabricCounter counter) {
        return cells.stream().mapToLong(lane -> lane.get(counter)).sum();
    }

    /** Whether all media lanes of the peer answer. */
    public boolean takesMedia(long peer) {
        return peers().stream().anyMatch(each -> each.incarnation() == peer && each.mediaConnected());
    }

    /** One view per peer. */
    public List<FabricPeerView> peers() {
        return control.peers().stream().map(FabricPeer::view).toList();
    }
}
