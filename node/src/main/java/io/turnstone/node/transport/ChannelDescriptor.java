package io.turnstone.node.transport;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.channels.DatagramChannel;
import org.jspecify.annotations.Nullable;

/** The descriptor behind a channel of the JDK, for calls that its API does not have. Any thread. */
public final class ChannelDescriptor {
    private static final @Nullable MethodHandle DESCRIPTOR = LinuxCalls.areKnown() ? find() : null;

    private ChannelDescriptor() {}

    private static @Nullable MethodHandle find() {
        try {
            Class<?> type = Class.forName("sun.nio.ch.DatagramChannelImpl");
            return MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                .findVirtual(type, "getFDVal", MethodType.methodType(int.class))
                .asType(MethodType.methodType(int.class, DatagramChannel.class));
        } catch (ReflectiveOperationException closedToUs) {
            return null;
        }
    }

    /** Whether they can be had: on Linux, in a JVM that was started with {@code sun.nio.ch} open. */
    public static boolean areKnown() {
        return DESCRIPTOR != null;
    }

    /**
     * Good until the channel is closed.
     *
     * @throws IllegalStateException if they are not known, or for a channel that is not the JDK's
     */
    public static int of(DatagramChannel channel) {
        if (DESCRIPTOR == null) {
            throw new IllegalStateException("no descriptors of channels are known here");
        }
        try {
            return (int) DESCRIPTOR.invokeExact(channel);
        } catch (Throwable other) {
            throw new IllegalStateException("a channel of another provider", other);
        }
    }
}
