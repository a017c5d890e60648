package io.turnstone.node.transport;

import java.util.Locale;

/** What carries datagrams. */
public enum DatagramLayer {
    /** Java's own channels: everywhere. */
    NIO,
    /** Linux' calls for many datagrams at once. */
    LINUX;

    /** The faster one of those that this machine has. */
    public static DatagramLayer best() {
        return LinuxCalls.areKnown() ? LINUX : NIO;
    }

    /** As metrics and settings write it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
