package io.turnstone.node.fabric;

import io.aeron.driver.DataPacketDispatcher;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.media.ReceiveChannelEndpoint;
import io.aeron.driver.media.SendChannelEndpoint;
import io.aeron.driver.media.UdpChannel;
import org.agrona.concurrent.status.AtomicCounter;

/** Aeron's endpoints, of whose sockets a {@link WakeablePause} learns as they are opened. The thread that drives Aeron. */
final class WatchedEndpoints implements Endpoints {
    private final WakeablePause pause;

    WatchedEndpoints(WakeablePause pause) {
        this.pause = pause;
    }

    @Override
    public SendChannelEndpoint sending(UdpChannel channel, AtomicCounter status, MediaDriver.Context context) {
        return new SendChannelEndpoint(channel, status, context) {
            @Override
            public void openChannel() {
                super.openChannel();
                pause.watch(receiveDatagramChannel());
            }
        };
    }

    @Override
    public ReceiveChannelEndpoint receiving(
        UdpChannel channel, DataPacketDispatcher dispatcher, AtomicCounter status, MediaDriver.Context context) {
        return new ReceiveChannelEndpoint(channel, dispatcher, status, context) {
            @Override
            public void openChannel() {
                super.openChannel();
                pause.watch(receiveDatagramChannel());
            }
        };
    }

    @Override
    public int finishTurn() {
        return 0;
    }

    @Override
    public boolean isDone() {
        return false;
    }

    @Override
    public int takeFramesSent() {
        return 0;
    }

    @Override
    public void close() {}
}
