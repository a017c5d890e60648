package io.turnstone.node.fabric;

import io.aeron.driver.DataPacketDispatcher;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.media.ReceiveChannelEndpoint;
import io.aeron.driver.media.SendChannelEndpoint;
import io.aeron.driver.media.UdpChannel;
import org.agrona.concurrent.status.AtomicCounter;

/** How a media driver sends and receives. The thread that drives it. */
interface Endpoints extends AutoCloseable {
    SendChannelEndpoint sending(UdpChannel channel, AtomicCounter status, MediaDriver.Context context);

    ReceiveChannelEndpoint receiving(
        UdpChannel channel, DataPacketDispatcher dispatcher, AtomicCounter status, MediaDriver.Context context);

    /**
     * After each turn of the driver, what that has left to do.
     *
     * @return octets moved, which the driver has not counted
     */
    int finishTurn();

    /** Whether there was nothing left to send or receive when the turn was finished. False where that is not known. */
    boolean isDone();

    /** How many frames were sent since the last call, as far as it is known. */
    int takeFramesSent();

    /** After the driver has been closed. */
    @Override
    void close();
}
