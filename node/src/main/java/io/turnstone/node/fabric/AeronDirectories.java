package io.turnstone.node.fabric;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.IoUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names the directory of each driver: one per address and process. What a process that was killed left behind for the same
 * address is removed.
 */
final class AeronDirectories {
    private static final Logger LOG = LoggerFactory.getLogger(AeronDirectories.class);

    private AeronDirectories() {}

    static Path claim(Path parent, InetSocketAddress local) {
        String address = local.getAddress().getHostAddress().replaceAll("[^0-9A-Za-z.]", "_");
        String prefix = "turnstone-" + address + "-" + local.getPort() + "-";
        sweep(parent, prefix);
        return parent.resolve(prefix + ProcessHandle.current().pid());
    }

    private static void sweep(Path parent, String prefix) {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(parent, prefix + "*")) {
            for (Path directory : left) {
                if (!isAlive(directory.getFileName().toString().substring(prefix.length()))) {
                    IoUtil.delete(directory.toFile(), true);
                }
            }
        } catch (IOException unreadable) {
            LOG.warn("cannot look for what an earlier process left in {}: {}", parent, unreadable.toString());
        }
    }

    private static boolean isAlive(String pid) {
        return !pid.matches("[0-9]{1,18}") || ProcessHandle.of(Long.parseLong(pid)).isPresent();
    }
}
