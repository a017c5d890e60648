package io.turnstone.node.fabric;

import io.aeron.driver.NetworkPublication;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Has a publication send its next datagram. The driver's sender does so once per turn, by a method that Aeron keeps to
 * itself. The thread that drives it.
 */
final class PublicationSend {
    private static final MethodHandle SEND = find();

    private PublicationSend() {}

    private static MethodHandle find() {
        try {
            return MethodHandles.privateLookupIn(NetworkPublication.class, MethodHandles.lookup())
                .findVirtual(NetworkPublication.class, "send", MethodType.methodType(int.class, long.class));
        } catch (ReflectiveOperationException otherAeron) {
            throw new IllegalStateException("this version of Aeron sends in another way", otherAeron);
        }
    }

    /**
     * @param nowNs of the driver's sender
     * @return octets sent, 0 if there is nothing to send or the receiver's window is full
     */
    static int invoke(NetworkPublication publication, long nowNs) {
        try {
            return (int) SEND.invokeExact(publication, nowNs);
        } catch (RuntimeException | Error failed) {
            throw failed;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
