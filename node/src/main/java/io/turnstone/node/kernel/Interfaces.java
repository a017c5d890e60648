package io.turnstone.node.kernel;

import java.io.IOException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/** The network interfaces of this machine. */
final class Interfaces {
    private static final int ETHERNET_ADDRESS_LENGTH = 6;

    private Interfaces() {}

    /** The indexes of those whose frames begin as Ethernet's do; the loopback interface is one. */
    static List<Integer> withEthernetHeaders() throws IOException {
        List<Integer> indexes = new ArrayList<>();
        for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
            if (each.isLoopback() || hasEthernetAddress(each)) {
                indexes.add(each.getIndex());
            }
        }
        return indexes;
    }

    private static boolean hasEthernetAddress(NetworkInterface link) throws SocketException {
        byte[] address = link.getHardwareAddress();
        return address != null && address.length == ETHERNET_ADDRESS_LENGTH;
    }
}
