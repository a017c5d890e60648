package io.turnstone.node.forwarding;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Forwarders, lanes of the fabric, and the threads that run them. Each has a thread of its own while there is much to do. Else
 * most of a packet's cost is the waking of threads, so then the first forwarder's thread runs them all: it wakes once for
 * what has come to any of them meanwhile, and what a forwarder hands to a lane leaves in the same turn.
 */
public final class ForwarderCrew {
    private final List<CrewThread> threads = new ArrayList<>();

    /**
     * @param forwarders at least one
     * @param nanoClock counts on
     * @param cpuClock nanoseconds of CPU time that the calling thread has had
     */
    public ForwarderCrew(List<ForwarderAgent> forwarders, List<? extends CrewMember> lanes, LongSupplier nanoClock,
        LongSupplier cpuClock) {
        List<HandThread> hands = Stream.concat(forwarders.stream().skip(1), lanes.stream())
            .map(each -> new HandThread(each, nanoClock, cpuClock))
            .toList();
        threads.add(new LeadThread(forwarders.getFirst(), hands, nanoClock, cpuClock));
        threads.addAll(hands);
    }

    /** One per forwarder, then one per lane, in their order, to be run each by a thread as agent and idle strategy in one. */
    public List<CrewThread> threads() {
        return List.copyOf(threads);
    }
}
