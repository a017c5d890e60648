package io.turnstone.loadtest.hold;

import io.turnstone.loadtest.client.ClientLoop;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Sends the probes of one direction of a flow at a steady rate. On the loop's thread only. */
final class Stream {
    private final int flow;
    private final int payloadBytes;
    private final Sender sender;
    private int window;
    private int sent;
    private ClientLoop.@Nullable Timer timer;

    /** How a probe leaves: as ChannelData, as a Send indication, from a plain socket. */
    interface Sender {
        void send(ByteBuffer probe);
    }

    Stream(int flow, int payloadBytes, Sender sender) {
        this.flow = flow;
        this.payloadBytes = payloadBytes;
        this.sender = sender;
    }

    /** @param offsetNs until the first packet, so that the packets of many flows are spread over time */
    void start(ClientLoop loop, long intervalNs, long offsetNs) {
        timer = loop.after(offsetNs, () -> timer = loop.every(intervalNs, this::sendNext));
    }

    void begin(int newWindow) {
        window = newWindow;
        sent = 0;
    }

    void stop() {
        if (timer != null) {
            timer.cancel();
        }
    }

    int sent() {
        return sent;
    }

    private void sendNext() {
        sender.send(Probe.make(payloadBytes, flow, window, sent++));
    }
}
