package io.turnstone.config;

import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Comparator;
import java.util.Optional;

/** The address that a machine is known by when no setting names one. */
public final class MachineAddress {
    private MachineAddress() {}

    /**
     * The first address of an interface that is up and neither loopback, link-local nor multicast; IPv4 before IPv6,
     * interfaces in the system's order. Empty on a machine that has only loopback.
     */
    public static Optional<InetAddress> firstNonLoopback() {
        try {
            return NetworkInterface.networkInterfaces()
                .filter(MachineAddress::isUp)
                .sorted(Comparator.comparingInt(NetworkInterface::getIndex))
                .flatMap(NetworkInterface::inetAddresses)
                .filter(MachineAddress::isUsable)
                .min(Comparator.comparingInt(address -> address instanceof Inet4Address ? 0 : 1));
        } catch (SocketException unreadable) {
            throw new UncheckedIOException("the machine's network interfaces cannot be read", unreadable);
        }
    }

    /** {@link #firstNonLoopback} as text, else {@code 127.0.0.1}. */
    public static String text() {
        return firstNonLoopback().map(InetAddress::getHostAddress).map(MachineAddress::withoutZone).orElse("127.0.0.1");
    }

    private static boolean isUp(NetworkInterface network) {
        try {
            return network.isUp() && !network.isLoopback();
        } catch (SocketException vanished) {
            return false;
        }
    }

    private static boolean isUsable(InetAddress address) {
        return !address.isLoopbackAddress() && !address.isLinkLocalAddress() && !address.isAnyLocalAddress()
            && !address.isMulticastAddress();
    }

    private static String withoutZone(String address) {
        int percent = address.indexOf('%');
        return percent < 0 ? address : address.substring(0, percent);
    }
}
