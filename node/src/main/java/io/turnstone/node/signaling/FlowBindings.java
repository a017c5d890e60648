package io.turnstone.node.signaling;

import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which bindings were registered over the flows of this node, so that a caller is known by its binding and not by its
 * flow. One thread.
 */
final class FlowBindings {
    private final Long2ObjectHashMap<List<Binding>> byFlow = new Long2ObjectHashMap<>();

    /** All bindings of the address-of-record now, as far as they are registered over that flow. */
    void registered(FlowName flow, String addressOfRecord, List<Binding> bindings) {
        List<Binding> here = byFlow.computeIfAbsent(flow.id(), _ -> new ArrayList<>(1));
        here.removeIf(binding -> binding.addressOfRecord().equals(addressOfRecord));
        for (Binding binding : bindings) {
            if (binding.flow().equals(flow)) {
                here.add(binding);
            }
        }
        if (here.isEmpty()) {
            byFlow.remove(flow.id());
        }
    }

    /** The binding of that address-of-record over that flow, or null. */
    @Nullable
    Binding find(FlowName flow, String addressOfRecord, long nowMs) {
        List<Binding> here = byFlow.get(flow.id());
        if (here == null) {
            return null;
        }
        for (Binding binding : here) {
            if (binding.isLive(nowMs) && binding.addressOfRecord().equals(addressOfRecord)) {
                return binding;
            }
        }
        return null;
    }

    /** Whether anything is registered over that flow. */
    boolean isUsed(FlowName flow, long nowMs) {
        List<Binding> here = byFlow.get(flow.id());
        return here != null && here.stream().anyMatch(binding -> binding.isLive(nowMs));
    }

    /** Forgets a flow; returns what was registered over it. */
    List<Binding> failed(FlowName flow) {
        List<Binding> here = byFlow.remove(flow.id());
        return here == null ? List.of() : here;
    }
}
