package io.turnstone.loadtest.system;

import io.turnstone.loadtest.server.TurnstoneNode;
import java.nio.file.Path;
import java.util.List;

/** The heap of a node's JVM as the node itself tells it. */
final class JvmHeap {
    private static final String JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();

    private JvmHeap() {}

    /** What is live: the heap in use after a full collection. */
    static long usedBytes(TurnstoneNode node) {
        Tools.run(60, List.of(JCMD, Long.toString(node.process().pid()), "GC.run"));
        return (long) node.admin().metrics().sum("turnstone_heap_after_collection_bytes");
    }
}
