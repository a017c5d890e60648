package io.turnstone.node.kernel;

import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The network interfaces of this machine. */
final class Interfaces {
    private static final Path ALL = Path.of("/sys/class/net");
    /** ARPHRD_ETHER and ARPHRD_LOOPBACK of linux/if_arp.h. */
    private static final Set<String> ETHERNET_TYPES = Set.of("1", "772");

    private Interfaces() {}

    /** The indexes of those whose frames begin as Ethernet's do; the loopback interface is one. */
    static List<Integer> withEthernetHeaders() throws IOException {
        List<Integer> indexes = new ArrayList<>();
        for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
            Path type = ALL.resolve(each.getName()).resolve("type");
            if (Files.exists(type) && ETHERNET_TYPES.contains(Files.readString(type).strip())) {
                indexes.add(each.getIndex());
            }
        }
        return indexes;
    }
}
