package io.turnstone.node.forwarding;

import io.turnstone.protocol.net.IpPrefix;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * How the packet path behaves.
 *
 * @param realm of the long-term credentials; a challenge is at most five times as long as the shortest Allocate request
 *     while the realm has no more than 36 octets in UTF-8
 * @param strictChannelNumbers whether only the range of RFC 8656 §12 is taken, not all of RFC 5766's, which clients use
 * @param incarnation of this node, for the frames that it sends
 * @param answersPerSecond how many requests without credentials of one source each thread answers, at once or over time
 * @param balancer what stands before this node
 * @param reportsFlows whether the control thread is told of flows that the kernel could forward
 */
public record PathSettings(String realm, boolean strictChannelNumbers, long incarnation, int answersPerSecond,
    Balancer balancer, boolean reportsFlows) {

    /**
     * What stands before this node.
     *
     * @param proxies whose PROXY headers are believed
     * @param probes whose Binding requests ask whether this node wants more clients
     * @param serving whether it does
     */
    public record Balancer(List<IpPrefix> proxies, List<IpPrefix> probes, BooleanSupplier serving) {
        /** Nothing. */
        public static final Balancer NONE = new Balancer(List.of(), List.of(), () -> true);

        public Balancer {
            proxies = List.copyOf(proxies);
            probes = List.copyOf(probes);
        }

        boolean isProxy(long high, long low) {
            return contains(proxies, high, low);
        }

        boolean isProbe(long high, long low) {
            return contains(probes, high, low);
        }

        /** Without an iterator, which would be garbage per packet. */
        private static boolean contains(List<IpPrefix> prefixes, long high, long low) {
            for (int i = 0; i < prefixes.size(); i++) {
                if (prefixes.get(i).contains(high, low)) {
                    return true;
                }
            }
            return false;
        }
    }
}
