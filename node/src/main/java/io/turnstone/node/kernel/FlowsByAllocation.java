package io.turnstone.node.kernel;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.agrona.collections.Long2ObjectHashMap;

/** The flows that the kernel forwards, by the allocations from which and to which they go. Control thread. */
final class FlowsByAllocation {
    private final Long2ObjectHashMap<Set<MirroredFlow>> flows = new Long2ObjectHashMap<>();

    void add(MirroredFlow flow) {
        add(flow.onward.in().allocationId(), flow);
        add(flow.onward.out().allocationId(), flow);
    }

    private void add(long allocationId, MirroredFlow flow) {
        flows.computeIfAbsent(allocationId, id -> new LinkedHashSet<>()).add(flow);
    }

    /** @param flow with the same way onwards as when it was added */
    void remove(MirroredFlow flow) {
        remove(flow.onward.in().allocationId(), flow);
        remove(flow.onward.out().allocationId(), flow);
    }

    private void remove(long allocationId, MirroredFlow flow) {
        Set<MirroredFlow> rest = flows.get(allocationId);
        if (rest != null && rest.remove(flow) && rest.isEmpty()) {
            flows.remove(allocationId);
        }
    }

    /** In the order in which they were added; a copy. */
    List<MirroredFlow> of(long allocationId) {
        Set<MirroredFlow> found = flows.get(allocationId);
        return found == null ? List.of() : List.copyOf(found);
    }
}
