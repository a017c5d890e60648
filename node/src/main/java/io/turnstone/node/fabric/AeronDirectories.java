package io.turnstone.node.fabric;

import io.aeron.CommonContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.agrona.IoUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names the directory of each driver: one per address and process. They are memory, and a process that is killed leaves its
 * own behind, so whoever starts next on this machine removes it.
 */
final class AeronDirectories {
    private static final Logger LOG = LoggerFactory.getLogger(AeronDirectories.class);
    private static final Pattern NAME = Pattern.compile("(turnstone-[0-9A-Za-z._]+-[0-9]+-)([0-9]{1,18})");
    private static final long SILENT_FOR_MS = TimeUnit.SECONDS.toMillis(10);

    private AeronDirectories() {}

    /** @return a directory that no living process uses; it may not exist yet */
    static Path claim(Path parent, InetSocketAddress local) {
        String address = local.getAddress().getHostAddress().replaceAll("[^0-9A-Za-z.]", "_");
        String prefix = "turnstone-" + address + "-" + local.getPort() + "-";
        sweep(parent, prefix);
        return parent.resolve(prefix + ProcessHandle.current().pid());
    }

    private static void sweep(Path parent, String prefix) {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(parent, "turnstone-*")) {
            for (Path directory : left) {
                if (isAbandoned(directory, prefix)) {
                    IoUtil.delete(directory.toFile(), true);
                }
            }
        } catch (IOException unreadable) {
            LOG.warn("cannot look for what an earlier process left in {}: {}", parent, unreadable.toString());
        }
    }

    /**
     * The address that is being claimed has no other owner. With any other, a process that is not to be seen may live in
     * another container that shares this memory: it has to be silent as well.
     */
    private static boolean isAbandoned(Path directory, String prefix) {
        Matcher name = NAME.matcher(directory.getFileName().toString());
        return name.matches()
            && ProcessHandle.of(Long.parseLong(name.group(2))).isEmpty()
            && (name.group(1).equals(prefix) || isSilent(directory));
    }

    private static boolean isSilent(Path directory) {
        try {
            return !CommonContext.isDriverActive(directory.toFile(), SILENT_FOR_MS, LOG::debug);
        } catch (RuntimeException unreadable) {
            LOG.debug("{} is of another version of Aeron: it stays", directory, unreadable);
            return false;
        }
    }
}
