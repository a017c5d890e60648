package io.turnstone.node.punt;

import io.turnstone.protocol.net.TransportAddress;
import java.util.concurrent.atomic.LongAdder;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * Packets on their way from the control thread to the clients, through one forwarder. Full means dropped and counted:
 * the client will ask again. Whoever offers wakes the forwarder by {@link #flush} once for all that a turn of its own has
 * offered: woken for the first of several, a forwarder sends that and sleeps again before the second is there.
 *
 * <pre>
 *  0          4      8                   16                 24
 * +----------+------+-------------------+------------------+-----------
 * | listener | port | destination, high | destination, low | packet ...
 * +----------+------+-------------------+------------------+-----------
 * </pre>
 */
public final class InjectQueue {
    private static final int LISTENER_OFFSET = 0;
    private static final int PORT_OFFSET = 4;
    private static final int HIGH_OFFSET = 8;
    private static final int LOW_OFFSET = 16;
    private static final int HEADER_LENGTH = 24;
    private static final int MESSAGE_TYPE = 1;

    private final ManyToOneRingBuffer ring;
    private final int packetLengthMax;
    private final Runnable wakeUp;
    private final LongAdder dropped = new LongAdder();
    private final MessageHandler onMessage = this::onMessage;
    private InjectHandler handler = (listener, high, low, port, buffer, offset, length) -> {};
    /** Of the thread that offers. */
    private boolean awaited;

    /**
     * @param capacityBytes a power of two; a packet that takes more than an eighth of it is dropped
     * @param wakeUp ends the forwarder's wait for datagrams; any thread calls it
     */
    public InjectQueue(int capacityBytes, Runnable wakeUp) {
        this.ring = new ManyToOneRingBuffer(
            new UnsafeBuffer(
                BufferUtil.allocateDirectAligned(capacityBytes + RingBufferDescriptor.TRAILER_LENGTH, Long.BYTES)));
        this.packetLengthMax = ring.maxMsgLength() - HEADER_LENGTH;
        this.wakeUp = wakeUp;
    }

    /**
     * Queues a copy of a packet, which leaves after {@link #flush}. The control thread.
     *
     * @param listener from whose address it is to leave: the one that the client sent to
     * @return false if it was dropped
     */
    public boolean offer(int listener, TransportAddress destination, DirectBuffer buffer, int offset, int length) {
        int index = length > packetLengthMax
            ? ManyToOneRingBuffer.INSUFFICIENT_CAPACITY
            : ring.tryClaim(MESSAGE_TYPE, HEADER_LENGTH + length);
        if (index < 0) {
            dropped.increment();
            return false;
        }
        AtomicBuffer claimed = ring.buffer();
        claimed.putInt(index + LISTENER_OFFSET, listener);
        claimed.putInt(index + PORT_OFFSET, destination.port());
        claimed.putLong(index + HIGH_OFFSET, destination.high());
        claimed.putLong(index + LOW_OFFSET, destination.low());
        claimed.putBytes(index + HEADER_LENGTH, buffer, offset, length);
        ring.commit(index);
        awaited = true;
        return true;
    }

    /** Wakes the forwarder if something has been offered since the last time. The control thread. */
    public void flush() {
        if (awaited) {
            awaited = false;
            wakeUp.run();
        }
    }

    /** Hands over what is queued. The forwarder's thread; allocates nothing. */
    public int drain(InjectHandler injectHandler, int limit) {
        handler = injectHandler;
        return ring.read(onMessage, limit);
    }

    private void onMessage(int type, MutableDirectBuffer buffer, int offset, int length) {
        handler.onInject(
            buffer.getInt(offset + LISTENER_OFFSET),
            buffer.getLong(offset + HIGH_OFFSET),
            buffer.getLong(offset + LOW_OFFSET),
            buffer.getInt(offset + PORT_OFFSET),
            buffer,
            offset + HEADER_LENGTH,
            length - HEADER_LENGTH);
    }

    /** How many packets were dropped because the queue was full. Any thread. */
    public long dropped() {
        return dropped.sum();
    }
}
