package io.turnstone.node.signaling;

import java.util.List;
import java.util.function.Supplier;

/**
 * An upstream for numbers that no user has. Immutable, any thread.
 *
 * @param prefixes what those numbers begin with; an empty one stands for all
 * @param host what stands behind the @ of a number there, with a port where one is needed
 * @param checkMs how often each of its addresses is asked whether it is alive; 0 for never
 * @param hops its addresses in the order of preference, as they are known now; asked by the engine's thread
 */
public record TrunkSettings(List<String> prefixes, String host, long checkMs, Supplier<List<Hop>> hops) {
    /** No upstream. */
    public static final TrunkSettings NONE = new TrunkSettings(List.of(), "", 0, List::of);

    public TrunkSettings {
        prefixes = List.copyOf(prefixes);
    }
}
