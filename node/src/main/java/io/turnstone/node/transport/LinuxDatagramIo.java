package io.turnstone.node.transport;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An epoll descriptor and a sender. What a wait finds ready is served in turn, a bounded burst from each socket, before the
 * next wait. When datagrams come often enough, {@link #await} lets them gather within the latency budget: at a moderate rate
 * most of a packet's cost is the waking.
 */
final class LinuxDatagramIo implements DatagramIo {
    private static final int BURST_OF_LISTENER = DatagramSlots.COUNT;
    private static final int BURST_OF_RELAY = 16;
    private static final int EVENTS_MAX = 256;
    private static final long WAKEUP_DATA = -1;
    /** Of the first one attended, the next ones below. */
    private static final long ATTENDED_DATA = -2;

    private final SocketTable<LinuxSocket> table;
    private final CounterCells<TransportCounter> counters;
    private final LinuxSender sender;
    private final DatagramSlots slots;
    private final MessageHeaders headers;
    private final LinuxCalls calls;
    private final Gathering gathering;
    private final EpollSet set;
    private final MemorySegment eventMemory;
    private final UnsafeBuffer events;
    private final int wakeup;
    private final MemorySegment wakeupValue;
    private final LinuxCalls wakeupCalls = new LinuxCalls();
    private final AtomicBoolean wakeupRaised = new AtomicBoolean();
    private final List<EpollSet> attended = new ArrayList<>();
    private @Nullable LinuxDatagramIo attendant;
    private boolean woken;
    private boolean emptied;
    private int eventCount;
    private int nextEvent;

    LinuxDatagramIo(SocketTable<LinuxSocket> table, CounterCells<TransportCounter> counters, SocketSettings settings)
        throws IOException {
        this.table = table;
        this.counters = counters;
        sender = new LinuxSender(table, counters, settings.trains());
        slots = sender.slots();
        calls = sender.calls();
        gathering = new Gathering(settings.latencyBudgetNs());
        headers = new MessageHeaders(sender.arena(), DatagramSlots.COUNT, DatagramSlots.COUNT);
        for (int i = 0; i < DatagramSlots.COUNT; i++) {
            headers.piece(i, slots.datagramAddress(i), DATAGRAM_LENGTH_MAX);
            headers.pieces(i, i, 1);
        }
        eventMemory = EpollSet.events(sender.arena(), EVENTS_MAX);
        events = new UnsafeBuffer(eventMemory.asByteBuffer());
        wakeupValue = sender.arena().allocate(Long.BYTES, Long.BYTES);
        set = new EpollSet(calls);
        wakeup = calls.newEvent();
        if (wakeup < 0 || !set.add(calls, wakeup, WAKEUP_DATA)) {
            throw calls.failure("eventfd");
        }
    }

    LinuxSender sender() {
        return sender;
    }

    /**
     * Begins to receive on a socket. The control thread.
     *
     * @param ofThisThread its calls
     */
    void receive(LinuxCalls ofThisThread, LinuxSocket socket) throws IOException {
        if (!set.add(ofThisThread, socket.descriptor(), socket.handle())) {
            throw ofThisThread.failure("epoll_ctl");
        }
    }

    @Override
    public boolean attend(DatagramIo other) {
        if (!(other instanceof LinuxDatagramIo theirs) || !attend(theirs.set)) {
            return false;
        }
        theirs.attendant = this;
        return true;
    }

    @Override
    public boolean attend(EpollSet other) {
        int known = attended.indexOf(other);
        int index = known < 0 ? attended.size() : known;
        if (!set.add(calls, other, ATTENDED_DATA - index)) {
            return false;
        }
        if (known < 0) {
            attended.add(other);
        }
        other.setReady();
        return true;
    }

    @Override
    public void dismiss(DatagramIo other) {
        if (other instanceof LinuxDatagramIo theirs && attendantOf(theirs)) {
            dismiss(theirs.set);
            theirs.attendant = null;
        }
    }

    @Override
    public void dismiss(EpollSet other) {
        set.remove(calls, other);
    }

    private boolean attendantOf(LinuxDatagramIo other) {
        return other.attendant == this;
    }

    @Override
    public int poll(DatagramHandler handler, int limit) {
        if (nextEvent == eventCount) {
            if (emptied || (attendant != null && !set.isReady())) {
                emptied = false;
                set.clearReady();
                return 0;
            }
            waitForEvents(0);
            if (eventCount == 0) {
                set.clearReady();
            }
        }
        sender.turn().begin();
        int delivered = 0;
        while (nextEvent < eventCount && delivered < limit) {
            long data = EpollSet.data(events, nextEvent++);
            @Nullable
            LinuxSocket socket = table.get((int) data);
            if (socket != null) {
                int burst = socket.info().isRelay() && !socket.isCarrier() ? BURST_OF_RELAY : BURST_OF_LISTENER;
                delivered += drain(socket, handler, Math.min(burst, limit - delivered));
            }
        }
        emptied = eventCount > 0 && nextEvent == eventCount;
        (attendant == null ? gathering : attendant.gathering).delivered(delivered);
        return delivered;
    }

    private int drain(LinuxSocket socket, DatagramHandler handler, int burst) {
        if (slots.free() == 0) {
            sender.sendAndReuse();
        }
        int first = slots.next();
        int count = calls.receiveMessages(
            socket.descriptor(), headers.address(first), Math.min(burst, slots.free()));
        if (count < 0) {
            if (calls.errno() != LinuxCalls.EAGAIN && calls.errno() != LinuxCalls.EINTR) {
                counters.increment(TransportCounter.RECEIVE_FAILED);
            }
            return 0;
        }
        slots.take(count);
        int delivered = 0;
        for (int message = first; message < first + count; message++) {
            delivered += deliver(socket, message, handler);
        }
        return delivered;
    }

    private int deliver(LinuxSocket socket, int message, DatagramHandler handler) {
        int length = headers.received(message);
        int each = headers.receivedEach(message);
        int name = MessageHeaders.nameOffset(message);
        long high = SocketName.high(headers.names(), name);
        long low = SocketName.low(headers.names(), name);
        int port = SocketName.port(headers.names(), name);
        int receiver = receiver(socket, message);
        headers.prepareToReceive(message);
        UnsafeBuffer slot = slots.slot(message);
        if (each >= length) {
            handler.onDatagram(receiver, slot, HEADROOM, length, high, low, port);
            return 1;
        }
        if (length > each * DatagramSlots.TRAIN_MAX) {
            counters.increment(TransportCounter.RECEIVE_FAILED);
            return 0;
        }
        int distance = slots.spread(message, length, each);
        int delivered = 0;
        for (int left = length; left > 0; left -= each) {
            int offset = HEADROOM + delivered * distance;
            handler.onDatagram(receiver, slot, offset, Math.min(each, left), high, low, port);
            delivered++;
        }
        return delivered;
    }

    /** The handle of what the datagram was sent to; {@link Sockets#NONE} if that has been closed. */
    private int receiver(LinuxSocket socket, int message) {
        LinuxRange range = socket.range();
        return range == null ? socket.handle() : range.handleOf(headers.receivedAtPort(message));
    }

    @Override
    public void await(long timeoutNs) {
        sender.flush();
        if (woken) {
            woken = false;
        } else if (nextEvent == eventCount && timeoutNs > 0) {
            gather();
            waitForEvents(TimeUnit.NANOSECONDS.toMillis(timeoutNs + TimeUnit.MILLISECONDS.toNanos(1) - 1));
            woken = false;
        }
        emptied = false;
    }

    private void gather() {
        long pauseNs = gathering.isOn() ? gathering.pauseNs(System.nanoTime()) : 0;
        if (pauseNs > 0) {
            LockSupport.parkNanos(pauseNs);
        }
    }

    private void waitForEvents(long timeoutMs) {
        nextEvent = 0;
        eventCount = set.await(calls, eventMemory, EVENTS_MAX, timeoutMs);
        for (int i = 0; i < eventCount; i++) {
            long data = EpollSet.data(events, i);
            if (data == WAKEUP_DATA) {
                clearWakeup();
            } else if (data <= ATTENDED_DATA) {
                attended.get((int) (ATTENDED_DATA - data)).setReady();
            }
        }
    }

    private void clearWakeup() {
        woken = true;
        calls.clearEvent(wakeup, wakeupValue.address());
        wakeupRaised.set(false);
    }

    @Override
    public void wakeup() {
        if (!wakeupRaised.getAndSet(true)) {
            wakeupCalls.raiseEvent(wakeup);
        }
    }

    @Override
    public MutableDirectBuffer buffer() {
        return sender.buffer();
    }

    @Override
    public boolean send(int socket, DirectBuffer buffer, int offset, int length, long high, long low, int port) {
        return sender.send(socket, buffer, offset, length, high, low, port);
    }

    @Override
    public boolean sendDontFragment(
        int socket, DirectBuffer buffer, int offset, int length, long high, long low, int port) {
        return sender.sendDontFragment(socket, buffer, offset, length, high, low, port);
    }

    @Override
    public void flush() {
        sender.flush();
    }

    /** After the thread has stopped. */
    void close() {
        set.close();
        calls.close(wakeup);
        sender.close();
    }
}
