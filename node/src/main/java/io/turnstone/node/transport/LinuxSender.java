package io.turnstone.node.transport;

import java.lang.foreign.Arena;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Sends for one thread: what is queued during a turn leaves at its end, one call for those in a row that leave from the
 * same socket, and datagrams of one length in a row to one destination as a train that the kernel takes apart (udp(7),
 * UDP_SEGMENT).
 */
final class LinuxSender implements DatagramSender {
    private static final int MESSAGES_MAX = 512;
    private static final int PIECES_MAX = 1024;
    /** What every kernel with UDP_SEGMENT takes. */
    static final int TRAIN_MAX = 64;
    /** Of all datagrams of a train together. */
    static final int TRAIN_LENGTH_MAX = 65_000;
    /** What passes an Ethernet with IPv6; the kernel sends no train of datagrams that it would have to fragment. */
    static final int TRAIN_DATAGRAM_LENGTH_MAX = 1_452;
    /** Its UDP header and its data. */
    private static final int PIECES_OF_RAW = 2;
    /** The port of a raw socket's destination is in the UDP header. */
    private static final int RAW_PORT = 0;
    /** So many datagrams that might have been one train are worth a socket. */
    private static final int ALIKE_MAX = 4;
    private static final int IPV4_DATAGRAM_LENGTH_MAX = 65_507;
    private static final int IPV6_DATAGRAM_LENGTH_MAX = 65_527;

    private final SocketTable<LinuxSocket> table;
    private final CounterCells<TransportCounter> counters;
    private final int trainMax;
    private final LinuxCalls calls = new LinuxCalls();
    private final SendTurn turn = new SendTurn();
    private final Arena arena = Arena.ofShared();
    private final DatagramSlots slots = new DatagramSlots(calls, arena);
    private final MessageHeaders headers = new MessageHeaders(arena, MESSAGES_MAX, PIECES_MAX);
    private final MessageHeaders single = new MessageHeaders(arena, 1, PIECES_OF_RAW);
    private final int[] descriptors = new int[MESSAGES_MAX];
    private final SendRows rows = new SendRows(calls, headers, descriptors, this::onRefused);
    private final int[] firstPieces = new int[MESSAGES_MAX];
    /** Of those that leave raw, one for each message. */
    private final UnsafeBuffer udpHeaders;
    private int messages;
    private int pieces;
    private boolean spareIsUsed;

    /** Of the last message: the length of its first datagram, and of all together or so much that none may follow. */
    private int trainEach;
    private int trainLength;

    /** Of the last message if it leaves raw: whence and where to, and how many before it went the same way. */
    private @Nullable LinuxSocket rawFrom;
    private int rawPort;
    private int rawAlike;

    LinuxSender(SocketTable<LinuxSocket> table, CounterCells<TransportCounter> counters, boolean trains) {
        this.trainMax = trains ? TRAIN_MAX : 1;
        this.table = table;
        this.counters = counters;
        this.udpHeaders = new UnsafeBuffer(
            arena.allocate((MESSAGES_MAX + 1L) * UdpHeader.LENGTH, UdpHeader.LENGTH).asByteBuffer());
    }

    SendTurn turn() {
        return turn;
    }

    LinuxCalls calls() {
        return calls;
    }

    DatagramSlots slots() {
        return slots;
    }

    Arena arena() {
        return arena;
    }

    @Override
    public MutableDirectBuffer buffer() {
        if (slots.free() == 0) {
            flush();
        }
        return slots.slot(slots.take());
    }

    @Override
    public boolean send(int socket, DirectBuffer buffer, int offset, int length, long high, long low, int port) {
        LinuxSocket from = find(socket, length, high, low, port);
        if (from == null) {
            return false;
        }
        if (pieces + PIECES_OF_RAW > PIECES_MAX || messages == MESSAGES_MAX) {
            sendQueue();
        }
        long octets = own(buffer, offset, length);
        int descriptor = from.descriptor();
        if (descriptor < 0) {
            queueRaw(from, octets, buffer, offset, length, high, low, port);
            return true;
        }
        if (joinsTrain(descriptor, length, high, low, port)) {
            int last = messages - 1;
            headers.pieces(last, firstPieces[last], pieces + 1 - firstPieces[last]);
            headers.train(last, trainEach);
            trainLength = length < trainEach ? TRAIN_LENGTH_MAX : trainLength + length;
        } else {
            begin(descriptor, high, low, port);
            trainEach = length;
            trainLength = length > TRAIN_DATAGRAM_LENGTH_MAX ? TRAIN_LENGTH_MAX : length;
        }
        headers.piece(pieces++, octets, length);
        return true;
    }

    /**
     * With a UDP header of its own, by the raw socket of the range. A raw socket sends no trains, so whoever might have
     * sent one again and again gets a socket of its own.
     */
    private void queueRaw(
        LinuxSocket from, long octets, DirectBuffer buffer, int offset, int length, long high, long low, int port) {
        boolean alike = from == rawFrom
            && port == rawPort
            && length <= trainEach
            && headers.goesTo(messages - 1, high, low, RAW_PORT);
        rawAlike = alike ? rawAlike + 1 : 0;
        if (rawAlike >= ALIKE_MAX && trainMax > 1) {
            from.openOwn(calls);
            rawAlike = 0;
        }
        int header = messages * UdpHeader.LENGTH;
        UdpHeader.write(udpHeaders, header, from.local(), high, low, port, buffer, offset, length);
        begin(rawDescriptor(from), high, low, RAW_PORT);
        headers.pieces(messages - 1, pieces, PIECES_OF_RAW);
        headers.piece(pieces++, udpHeaders.addressOffset() + header, UdpHeader.LENGTH);
        headers.piece(pieces++, octets, length);
        rawFrom = from;
        rawPort = port;
        trainEach = length;
        trainLength = TRAIN_LENGTH_MAX;
    }

    private static int rawDescriptor(LinuxSocket socket) {
        LinuxRange range = socket.range();
        return range == null ? -1 : range.rawDescriptor();
    }

    /** The socket, for a datagram that can be sent from it; null if not, which has been counted. */
    private @Nullable LinuxSocket find(int handle, int length, long high, long low, int port) {
        turn.begin();
        LinuxSocket socket = table.get(handle);
        if (socket == null) {
            counters.increment(TransportCounter.SEND_SOCKET_CLOSED);
        } else if (!socket.canReach(high, low, port)) {
            counters.increment(TransportCounter.SEND_IMPOSSIBLE);
        } else if (length > (socket.isIpv4() ? IPV4_DATAGRAM_LENGTH_MAX : IPV6_DATAGRAM_LENGTH_MAX)) {
            counters.increment(TransportCounter.SEND_FAILED);
        } else {
            return socket;
        }
        return null;
    }

    /** Where these octets are until the queue is sent: where they are, or a copy in a slot. */
    private long own(DirectBuffer buffer, int offset, int length) {
        if (slots.contain(buffer, offset)) {
            return buffer.addressOffset() + offset;
        }
        int slot = slotForCopy();
        slots.slot(slot).putBytes(HEADROOM, buffer, offset, length);
        return slots.datagramAddress(slot);
    }

    /** While a batch is being received its slots cannot be given back, so there is one that needs the queue sent only. */
    private int slotForCopy() {
        if (slots.free() > 0) {
            return slots.take();
        }
        if (spareIsUsed) {
            sendQueue();
        }
        spareIsUsed = true;
        return DatagramSlots.SPARE;
    }

    private boolean joinsTrain(int descriptor, int length, long high, long low, int port) {
        int last = messages - 1;
        return last >= 0
            && length > 0
            && length <= trainEach
            && trainLength + length <= TRAIN_LENGTH_MAX
            && descriptors[last] == descriptor
            && pieces - firstPieces[last] < trainMax
            && headers.goesTo(last, high, low, port);
    }

    private void begin(int descriptor, long high, long low, int port) {
        rawFrom = null;
        descriptors[messages] = descriptor;
        firstPieces[messages] = pieces;
        headers.destination(messages, high, low, port);
        headers.single(messages);
        headers.pieces(messages, pieces, 1);
        messages++;
    }

    @Override
    public void flush() {
        sendAndReuse();
        turn.end();
    }

    /** Sends what was queued and gives back all slots, within the turn. */
    void sendAndReuse() {
        sendQueue();
        slots.reset();
    }

    /** Gives back no slot but the spare one. */
    private void sendQueue() {
        rows.send(messages);
        messages = 0;
        pieces = 0;
        spareIsUsed = false;
        rawFrom = null;
    }

    /** A train that is refused as such, as it is before a link of shorter datagrams, leaves one by one. */
    private void onRefused(int message) {
        int first = firstPieces[message];
        int end = message + 1 < messages ? firstPieces[message + 1] : pieces;
        if (!headers.isTrain(message)) {
            countLoss();
            return;
        }
        counters.increment(TransportCounter.TRAIN_REFUSED);
        single.copyDestination(0, headers, message);
        for (int i = first; i < end; i++) {
            single.piece(0, headers.pieceAddress(i), headers.pieceLength(i));
            sendSingle(descriptors[message], 1);
        }
    }

    private boolean sendSingle(int descriptor, int pieceCount) {
        single.single(0);
        single.pieces(0, 0, pieceCount);
        int sent;
        do {
            sent = calls.sendMessages(descriptor, single.address(0), 1);
        } while (sent < 0 && calls.errno() == LinuxCalls.EINTR);
        if (sent <= 0) {
            countLoss();
        }
        return sent > 0;
    }

    private void countLoss() {
        counters.increment(switch (calls.errno()) {
            case LinuxCalls.EAGAIN -> TransportCounter.SEND_BUFFER_FULL;
            case LinuxCalls.EBADF, LinuxCalls.ENOTSOCK -> TransportCounter.SEND_SOCKET_CLOSED;
            default -> TransportCounter.SEND_FAILED;
        });
    }

    /** DF is set for as long as one datagram takes, so one that another thread sends just then may carry it too. */
    @Override
    public boolean sendDontFragment(
        int socket, DirectBuffer buffer, int offset, int length, long high, long low, int port) {
        LinuxSocket from = find(socket, length, high, low, port);
        if (from == null) {
            return false;
        }
        long octets = own(buffer, offset, length);
        sendQueue();
        int descriptor = from.descriptor();
        boolean raw = descriptor < 0;
        int by = raw ? rawDescriptor(from) : descriptor;
        single.destination(0, high, low, raw ? RAW_PORT : port);
        if (raw) {
            int header = MESSAGES_MAX * UdpHeader.LENGTH;
            UdpHeader.write(udpHeaders, header, from.local(), high, low, port, buffer, offset, length);
            single.piece(0, udpHeaders.addressOffset() + header, UdpHeader.LENGTH);
        }
        single.piece(raw ? 1 : 0, octets, length);
        synchronized (from.optionLock()) {
            from.setDontFragment(calls, by, true);
            try {
                return sendSingle(by, raw ? PIECES_OF_RAW : 1);
            } finally {
                from.setDontFragment(calls, by, false);
            }
        }
    }

    /** After the thread has stopped. */
    void close() {
        arena.close();
    }
}
