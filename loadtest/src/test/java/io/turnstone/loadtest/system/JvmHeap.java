package io.turnstone.loadtest.system;

import io.turnstone.loadtest.server.TurnstoneNode;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The heap of a node's JVM as its own tools tell it. */
final class JvmHeap {
    private static final Pattern USED = Pattern.compile("used (\\d+)([KMG])");
    private static final String JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();

    private JvmHeap() {}

    /** What is live: the heap in use after a full collection. */
    static long usedBytes(TurnstoneNode node) {
        String pid = Long.toString(node.process().pid());
        Tools.run(60, List.of(JCMD, pid, "GC.run"));
        String info = Tools.run(60, List.of(JCMD, pid, "GC.heap_info"));
        Matcher used = USED.matcher(info);
        if (!used.find()) {
            throw new AssertionError("no heap in use in: " + info);
        }
        int shift = 10 * (1 + "KMG".indexOf(used.group(2)));
        return Long.parseLong(used.group(1)) << shift;
    }
}
