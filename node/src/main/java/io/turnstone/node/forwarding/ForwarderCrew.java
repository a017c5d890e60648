package io.turnstone.node.forwarding;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Forwarders and the threads that run them. Each has a thread of its own while there is much to do. At a low rate most of a
 * packet's cost is the waking of a thread, so then the first thread runs them all, and wakes once for what has come to any
 * of them meanwhile.
 */
public final class ForwarderCrew {
    private final List<CrewThread> threads = new ArrayList<>();

    /**
     * @param forwarders at least one
     * @param nanoClock by which to measure how busy the threads are
     */
    public ForwarderCrew(List<ForwarderAgent> forwarders, LongSupplier nanoClock) {
        List<HandThread> hands = forwarders.stream().skip(1).map(each -> new HandThread(each, nanoClock)).toList();
        threads.add(new LeadThread(forwarders.getFirst(), hands, nanoClock));
        threads.addAll(hands);
    }

    /** One per forwarder, in their order, to be run each by a thread as agent and idle strategy in one. */
    public List<CrewThread> threads() {
        return List.copyOf(threads);
    }
}
