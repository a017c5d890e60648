package io.turnstone.node.transport;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.DatagramChannel;
import java.util.Optional;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Sockets of which one thread learns that something has come (epoll(7)). It can itself be watched by another one: so a
 * thread waits for its own sockets and for those of whatever else it runs. Closed sockets leave it by themselves.
 */
public final class EpollSet implements AutoCloseable {
    private static final int EPOLLIN = 1;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    /** Packed on amd64 only (epoll_ctl(2), Linux' {@code eventpoll.h}). */
    private static final boolean PACKED_EVENTS = System.getProperty("os.arch").equals("amd64");
    private static final int EVENT_LENGTH = PACKED_EVENTS ? 12 : 16;
    private static final int EVENT_DATA_OFFSET = PACKED_EVENTS ? 4 : 8;

    private final LinuxCalls calls;
    private final int descriptor;
    private boolean ready;

    /** @param calls of the thread that closes it */
    EpollSet(LinuxCalls calls) throws IOException {
        this.calls = calls;
        descriptor = calls.newPoll();
        if (descriptor < 0) {
            throw calls.failure("epoll_create1");
        }
    }

    /** Empty where the platform has none, or does not tell the descriptors of channels. */
    public static Optional<EpollSet> open() throws IOException {
        return ChannelDescriptor.areKnown() ? Optional.of(new EpollSet(new LinuxCalls())) : Optional.empty();
    }

    /** From now on a datagram for this channel makes it ready. The thread that opened the set. */
    public void watch(DatagramChannel channel) throws IOException {
        if (!add(calls, ChannelDescriptor.of(channel), 0)) {
            throw calls.failure("epoll_ctl");
        }
    }

    /**
     * For the thread that runs what this set is about while another set watches it: whether there may be something. So it
     * stays until {@link #clearReady}; what is not taken then makes it ready again.
     */
    public boolean isReady() {
        return ready;
    }

    public void clearReady() {
        ready = false;
    }

    void setReady() {
        ready = true;
    }

    boolean add(LinuxCalls ofThisThread, int socket, long data) {
        return change(ofThisThread, EPOLL_CTL_ADD, socket, data);
    }

    boolean add(LinuxCalls ofThisThread, EpollSet other, long data) {
        return change(ofThisThread, EPOLL_CTL_ADD, other.descriptor, data);
    }

    void remove(LinuxCalls ofThisThread, EpollSet other) {
        change(ofThisThread, EPOLL_CTL_DEL, other.descriptor, 0);
    }

    private boolean change(LinuxCalls ofThisThread, int operation, int socket, long data) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment memory = scratch.allocate(EVENT_LENGTH, Long.BYTES);
            UnsafeBuffer event = new UnsafeBuffer(memory.asByteBuffer());
            event.putInt(0, EPOLLIN);
            event.putLong(EVENT_DATA_OFFSET, data);
            return ofThisThread.controlPoll(descriptor, operation, socket, memory.address()) == 0;
        }
    }

    /** Room for what {@link #await} finds. */
    static MemorySegment events(Arena arena, int count) {
        return arena.allocate((long) count * EVENT_LENGTH, Long.BYTES);
    }

    /** @return how many events are in the memory now; 0 also if interrupted */
    int await(LinuxCalls ofThisThread, MemorySegment events, int countMax, long timeoutMs) {
        return Math.max(0,
            ofThisThread.waitForEvents(descriptor, events.address(), countMax, (int) Math.min(timeoutMs, 1_000_000)));
    }

    /** What the event's socket was added with. */
    static long data(UnsafeBuffer events, int index) {
        return events.getLong(index * EVENT_LENGTH + EVENT_DATA_OFFSET);
    }

    @Override
    public void close() {
        calls.close(descriptor);
    }
}
