package io.turnstone.node.signaling;

import java.util.List;

/** Finds the servers of other domains. Called on the engine's thread, which does not wait for it. */
public interface Servers {
    /** Where requests to other domains go nowhere. */
    Servers NONE = (_, nowMs, answer) -> answer.accept(List.of(), nowMs);

    /**
     * @param nowMs epoch milliseconds
     * @param answer gets the hops to try, in order; none if there are none or nobody can be asked now. On the engine's
     *        thread, before this returns or later
     */
    void locate(ServerLocator.Server server, long nowMs, Locations.Answer<List<Hop>> answer);
}
