package io.turnstone.node.signaling;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * INVITEs, and other requests of dialogs, without a final response, by the binding that they were sent to. One thread. What
 * was sent into a connection that was about to be lost is sent again when the binding has another one.
 */
final class RingingBranches {
    private final Map<BindingId, List<ClientTransaction>> byBinding = new HashMap<>();

    void add(ClientTransaction branch) {
        byBinding.computeIfAbsent(branch.target().id(), _ -> new ArrayList<>(1)).add(branch);
    }

    /** Does nothing if it is not there. */
    void remove(ClientTransaction branch) {
        List<ClientTransaction> branches = byBinding.get(branch.target().id());
        if (branches != null) {
            branches.remove(branch);
            if (branches.isEmpty()) {
                byBinding.remove(branch.target().id());
            }
        }
    }

    /** Those of a binding, as they are now. */
    List<ClientTransaction> of(BindingId binding) {
        return List.copyOf(byBinding.getOrDefault(binding, List.of()));
    }

    int size() {
        return byBinding.size();
    }
}
