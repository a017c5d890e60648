package io.turnstone.node.transport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The nice value of threads, on Linux. */
public final class Niceness {
    private static final int FIELD_AFTER_NAME = 16;

    private Niceness() {}

    /** Of the calling thread, from what the kernel says of it. */
    public static int ofThisThread() throws IOException {
        String stat = Files.readString(Path.of("/proc/thread-self/stat"));
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[FIELD_AFTER_NAME]);
    }
}
