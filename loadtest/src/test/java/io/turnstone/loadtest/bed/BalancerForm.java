package io.turnstone.loadtest.bed;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The balancer as an nftables table that is replaced in one transaction. */
public enum BalancerForm {
    /**
     * A router that picks the next hop by a hash of addresses and ports and remembers nothing; each node has the
     * service address and answers by it. As Maglev, Katran, ECMP.
     */
    STATELESS {
        @Override
        String chains(int nodes, List<Integer> active) {
            return """
                    chain pre {
                        type filter hook prerouting priority mangle;
                        iifname "pub0" ip daddr %s udp dport { %d, %d-%d } meta mark set %s map { %s }
                    }
                """.formatted(Addresses.SERVICE, Addresses.SERVICE_PORT, Addresses.RELAY_PORT_MIN,
                Addresses.RELAY_PORT_MAX, HASH, slots(nodes, active, node -> Integer.toString(MARK + node)));
        }
    },

    /**
     * Destination NAT with connection tracking, as kube-proxy: a flow stays with its node while its entry lives. What a node
     * sends to a client that is not a flow of that node's is dropped: the entry that it would make outlives the client's move,
     * and should the client's flow come back to that node, its port would be changed to tell the two apart. A relayed port is
     * never changed, or its peer would not know it: what a node sends from it is lost while another node has an entry for it.
     */
    CONNTRACK {
        @Override
        String chains(int nodes, List<Integer> active) {
            return """
                    chain pre {
                        type nat hook prerouting priority dstnat;
                        ip daddr %s udp dport { %d, %d-%d } dnat ip to %s map { %s }
                    }
                    chain post {
                        type nat hook postrouting priority srcnat;
                        oifname "pub0" ip saddr 10.10.0.0/24 udp sport %d-%d snat ip to %s:udp sport
                        oifname "pub0" ip saddr 10.10.0.0/24 snat ip to %s
                    }
                    chain answers {
                        type filter hook forward priority filter;
                        oifname "pub0" ip saddr 10.10.0.0/24 udp sport %d ct state new drop
                    }
                """.formatted(Addresses.SERVICE, Addresses.SERVICE_PORT, Addresses.RELAY_PORT_MIN,
                Addresses.RELAY_PORT_MAX, HASH, slots(nodes, active, Addresses::inside), Addresses.RELAY_PORT_MIN,
                Addresses.RELAY_PORT_MAX, Addresses.SERVICE, Addresses.SERVICE, Addresses.SERVICE_PORT);
        }
    };

    /** Of the packets for node i, by which a rule finds the routing table of that number. */
    static final int MARK = 256;
    /** Divisible by every number of nodes up to 6, so that each gets its share. */
    private static final int SLOTS = 120;
    private static final String HASH = "jhash ip saddr . udp sport . ip daddr . udp dport mod " + SLOTS + " seed 24301";

    /** What {@code nft -f} loads so that flows go to the {@code active} of {@code nodes} nodes. */
    String rules(int nodes, List<Integer> active) {
        return "add table inet balancer\ndelete table inet balancer\ntable inet balancer {\n" + chains(nodes, active)
            + "}\n";
    }

    abstract String chains(int nodes, List<Integer> active);

    private static String slots(int nodes, List<Integer> active, IntFunction<String> target) {
        return IntStream.range(0, SLOTS)
            .mapToObj(slot -> slot + " : " + target.apply(node(slot, nodes, active)))
            .collect(Collectors.joining(", "));
    }

    /** Only the slots of nodes that are not active move, and they go to all others in equal parts. */
    static int node(int slot, int nodes, List<Integer> active) {
        int home = slot % nodes + 1;
        return active.contains(home) ? home : active.get(slot / nodes % active.size());
    }
}
