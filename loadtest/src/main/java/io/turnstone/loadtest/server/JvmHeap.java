package io.turnstone.loadtest.server;

import java.nio.file.Path;
import java.util.List;

/** The heap of a node's JVM as the node itself tells it. */
public final class JvmHeap {
    private static final String JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    private static final long SECONDS_MAX = 60;

    private JvmHeap() {}

    /** What is live: the heap in use after a full collection. */
    public static long usedBytes(TurnstoneNode node) {
        String pid = Long.toString(node.process().pid());
        Path log = node.process().log().resolveSibling("jcmd-" + pid + ".log");
        try (ServerProcess jcmd = ServerProcess.start("jcmd", log, List.of(JCMD, pid, "GC.run"))) {
            int status = jcmd.awaitExit(SECONDS_MAX);
            if (status != 0) {
                throw new IllegalStateException("jcmd ended with " + status + ": " + jcmd.output());
            }
        }
        return (long) node.admin().metrics().sum("turnstone_heap_after_collection_bytes");
    }
}
