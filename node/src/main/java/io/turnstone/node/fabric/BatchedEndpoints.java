package io.turnstone.node.fabric;

import io.aeron.driver.DataPacketDispatcher;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.NetworkPublication;
import io.aeron.driver.media.ReceiveChannelEndpoint;
import io.aeron.driver.media.SendChannelEndpoint;
import io.aeron.driver.media.UdpChannel;
import io.aeron.driver.status.SystemCounterDescriptor;
import io.aeron.logbuffer.FrameDescriptor;
import io.turnstone.node.transport.BatchReceiver;
import io.turnstone.node.transport.BatchSender;
import io.turnstone.node.transport.ChannelDescriptor;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * Endpoints that call the system once for many datagrams. Aeron's driver sends one datagram per publication and turn, and
 * receives one per socket and turn. Here what it sends is queued where it lies, in the term buffer; at the end of the turn
 * the same publications are asked for more, and all leaves together. What has come is received in one go and handed to
 * the driver, datagram by datagram or, where they continue each other, train by train.
 *
 * <p>What the system refuses then is lost, not tried again: it is media. It counts as Aeron's short sends.
 */
final class BatchedEndpoints implements Endpoints {
    /** Of one publication and turn. */
    private static final int DATAGRAMS_MAX = 256;
    /** Shorter memory than any term buffer: heartbeats and the like, which are written anew while they would wait. */
    private static final int TERM_BYTES_MIN = 1 << 16;

    private final WakeablePause pause;
    private final BatchSender sender = new BatchSender();
    private final BatchReceiver receiver = new BatchReceiver();
    private final List<Sending> all = new ArrayList<>();
    private int bytesReceived;
    private int framesSent;
    private boolean mayHaveReceivable;
    private boolean done;

    /** Whether this machine has what they need. */
    static boolean arePossible() {
        return ChannelDescriptor.areKnown();
    }

    BatchedEndpoints(WakeablePause pause) {
        this.pause = pause;
    }

    @Override
    public SendChannelEndpoint sending(UdpChannel channel, AtomicCounter status, MediaDriver.Context context) {
        return new Sending(channel, status, context);
    }

    @Override
    public ReceiveChannelEndpoint receiving(
        UdpChannel channel, DataPacketDispatcher dispatcher, AtomicCounter status, MediaDriver.Context context) {
        return new Receiving(channel, dispatcher, status, context);
    }

    @Override
    public int finishTurn() {
        int moved = bytesReceived;
        done = !mayHaveReceivable;
        bytesReceived = 0;
        mayHaveReceivable = false;
        for (int i = 0; i < all.size(); i++) {
            moved += all.get(i).sendMore();
        }
        return moved;
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public int takeFramesSent() {
        int count = framesSent;
        framesSent = 0;
        return count;
    }

    @Override
    public void close() {
        sender.close();
        receiver.close();
    }

    private final class Sending extends SendChannelEndpoint {
        private final List<NetworkPublication> publications = new ArrayList<>();
        private final AtomicCounter bytesSent;
        private final AtomicCounter shortSends;
        private int descriptor;
        private boolean mayHaveMore;

        Sending(UdpChannel channel, AtomicCounter status, MediaDriver.Context context) {
            super(channel, status, context);
            bytesSent = context.systemCounters().get(SystemCounterDescriptor.BYTES_SENT);
            shortSends = context.systemCounters().get(SystemCounterDescriptor.SHORT_SENDS);
        }

        @Override
        public void openChannel() {
            super.openChannel();
            pause.watch(receiveDatagramChannel());
            descriptor = ChannelDescriptor.of(receiveDatagramChannel());
            all.add(this);
        }

        @Override
        public void registerForSend(NetworkPublication publication) {
            super.registerForSend(publication);
            publications.add(publication);
        }

        @Override
        public void unregisterForSend(NetworkPublication publication) {
            super.unregisterForSend(publication);
            publications.remove(publication);
        }

        @Override
        public int send(ByteBuffer packet) {
            if (packet.capacity() < TERM_BYTES_MIN) {
                flush();
                return super.send(packet);
            }
            int length = packet.remaining();
            sender.add(descriptor, BufferUtil.address(packet) + packet.position(), length);
            countFrames(packet);
            mayHaveMore = true;
            return length;
        }

        private void countFrames(ByteBuffer packet) {
            int end = packet.limit();
            for (int offset = packet.position(); offset < end;) {
                framesSent++;
                offset += BitUtil.align(Math.max(1, packet.getInt(offset)), FrameDescriptor.FRAME_ALIGNMENT);
            }
        }

        /** @return octets sent beyond the first datagram of each publication */
        int sendMore() {
            if (!mayHaveMore) {
                return 0;
            }
            mayHaveMore = false;
            int octets = 0;
            try {
                for (int i = 0; i < publications.size(); i++) {
                    octets += sendMore(publications.get(i), context.senderCachedNanoClock().nanoTime());
                }
            } catch (RuntimeException failed) {
                errorHandler.onError(failed);
            }
            bytesSent.getAndAddRelease(octets);
            flush();
            return octets;
        }

        private int sendMore(NetworkPublication publication, long nowNs) {
            int octets = 0;
            int sent = 1;
            for (int count = 1; count < DATAGRAMS_MAX && sent > 0; count++) {
                sent = PublicationSend.invoke(publication, nowNs);
                octets += sent;
            }
            done &= sent == 0;
            return octets;
        }

        private void flush() {
            int refused = sender.flush();
            if (refused > 0) {
                shortSends.getAndAddRelease(refused);
            }
        }

        @Override
        public void close() {
            flush();
            all.remove(this);
            super.close();
        }
    }

    private final class Receiving extends ReceiveChannelEndpoint {
        private final PacketDispatch dispatch;
        private int descriptor;

        Receiving(
            UdpChannel channel, DataPacketDispatcher dispatcher, AtomicCounter status, MediaDriver.Context context) {
            super(channel, dispatcher, status, context);
            dispatch = new PacketDispatch(this, context);
        }

        @Override
        public void openChannel() {
            super.openChannel();
            pause.watch(receiveDatagramChannel());
            descriptor = ChannelDescriptor.of(receiveDatagramChannel());
            receiver.prepare(descriptor);
        }

        /** Has everything dispatched, so there is nothing left for the caller. */
        @Override
        public @Nullable InetSocketAddress receive(ByteBuffer buffer) {
            int trains = receiver.receive(descriptor);
            mayHaveReceivable |= trains == BatchReceiver.TRAINS_MAX;
            for (int train = 0; train < trains; train++) {
                bytesReceived += receiver.length(train);
                dispatch.onTrain(
                    receiver.buffer(train), receiver.length(train), receiver.each(train), receiver.source(train));
            }
            return null;
        }
    }
}
