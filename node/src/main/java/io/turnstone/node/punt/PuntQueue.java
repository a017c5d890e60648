package io.turnstone.node.punt;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/** Packets on their way from the forwarders to the control thread. Full means dropped and counted. */
public final class PuntQueue {
    private final ManyToOneRingBuffer ring;
    private final int packetLengthMax;
    private final Runnable wakeUp;
    private final PuntedPacket packet = new PuntedPacket();
    private final LongAdder dropped = new LongAdder();

    /**
     * @param capacityBytes a power of two; a packet that takes more than an eighth of it is dropped
     * @param wakeUp ends the control thread's pause; any thread calls it
     */
    public PuntQueue(int capacityBytes, Runnable wakeUp) {
        this.ring = new ManyToOneRingBuffer(
            new UnsafeBuffer(
                BufferUtil.allocateDirectAligned(capacityBytes + RingBufferDescriptor.TRAILER_LENGTH, Long.BYTES)));
        this.packetLengthMax = ring.maxMsgLength() - PuntedPacket.HEADER_LENGTH;
        this.wakeUp = wakeUp;
    }

    /**
     * Queues a copy of a packet. Any thread; allocates nothing.
     *
     * @return false if it was dropped
     */
    public boolean offer(PuntReason reason, PuntOrigin from, DirectBuffer buffer, int offset, int length) {
        int index = length > packetLengthMax
            ? ManyToOneRingBuffer.INSUFFICIENT_CAPACITY
            : ring.tryClaim(reason.number(), PuntedPacket.HEADER_LENGTH + length);
        if (index < 0) {
            dropped.increment();
            return false;
        }
        AtomicBuffer claimed = ring.buffer();
        PuntedPacket.writeHeader(claimed, index, from);
        claimed.putBytes(index + PuntedPacket.HEADER_LENGTH, buffer, offset, length);
        ring.commit(index);
        wakeUp.run();
        return true;
    }

    /**
     * Hands over what is queued. The control thread.
     *
     * @param handler gets the same object each time, valid until it returns
     * @return packets handed over
     */
    public int drain(Consumer<PuntedPacket> handler, int limit) {
        return ring.read(
            (number, buffer, offset, length) -> {
                packet.wrap(PuntReason.ofNumber(number), buffer, offset, length);
                handler.accept(packet);
            },
            limit);
    }

    /** How many packets were dropped because the queue was full. Any thread. */
    public long dropped() {
        return dropped.sum();
    }
}
