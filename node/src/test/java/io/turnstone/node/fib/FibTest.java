package io.turnstone.node.fib;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.net.TransportAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FibTest {
    private static final long ID = 11;
    private static final TransportAddress CLIENT = TransportAddress.parse("198.51.100.1:40000");

    private final Fib fib = new Fib(1, false);
    private final List<String> told = new ArrayList<>();

    @Test
    void shouldTellItsMirrorOfEachChangeOnceTheTablesHaveIt() {
        fib.mirror(new FibMirror() {
            @Override
            public void onLeg(long allocationId) {
                told.add(allocationId + (fib.byId(allocationId) == null ? " is gone" : " is there"));
            }

            @Override
            public void onScope() {
                told.add("scope " + (fib.scope() == ClusterScope.EMPTY ? "before" : "after"));
            }
        });
        fib.put(leg());
        fib.put(leg());
        fib.scope(new ClusterScope(Map.of(), List.of(), ip -> true));
        fib.remove(ID);
        fib.remove(ID);
        assertThat(told).containsExactly("11 is there", "11 is there", "scope after", "11 is gone");
    }

    private Leg leg() {
        return Leg.builder(ID, CLIENT, fib.counters(ID)).attachedTo(Leg.THIS_NODE, 0).expiryMs(1).build();
    }
}
