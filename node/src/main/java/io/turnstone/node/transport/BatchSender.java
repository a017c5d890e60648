package io.turnstone.node.transport;

import java.lang.foreign.Arena;

/**
 * Sends from connected Linux sockets of somebody else's, and from memory of somebody else's: what is queued leaves with
 * {@link #flush}, one call for those in a row that leave from the same socket, and datagrams of one length whose octets
 * follow each other in memory as a train that the kernel takes apart (udp(7), UDP_SEGMENT). One thread; {@link #close} may
 * be another's, later. Allocates nothing per datagram.
 */
public final class BatchSender implements AutoCloseable {
    private static final int MESSAGES_MAX = 128;

    private final LinuxCalls calls = new LinuxCalls();
    private final Arena arena = Arena.ofShared();
    private final MessageHeaders headers = new MessageHeaders(arena, MESSAGES_MAX, MESSAGES_MAX);
    private final MessageHeaders single = new MessageHeaders(arena, 1, 1);
    private final int[] descriptors = new int[MESSAGES_MAX];
    private final SendRows rows = new SendRows(calls, headers, descriptors, this::sendApart);
    private final int[] lengthsOfEach = new int[MESSAGES_MAX];
    private int messages;
    /** Whether nothing may follow in the last message. */
    private boolean complete;
    private int refused;

    /**
     * Queues a datagram.
     *
     * @param address of its octets, which stay there unchanged until {@link #flush}
     */
    public void add(int descriptor, long address, int length) {
        if (continuesTrain(descriptor, address, length)) {
            int last = messages - 1;
            int each = lengthsOfEach[last];
            headers.piece(last, headers.pieceAddress(last), headers.pieceLength(last) + length);
            headers.train(last, each);
            complete = length < each;
        } else {
            begin(descriptor, address, length);
        }
    }

    private boolean continuesTrain(int descriptor, long address, int length) {
        int last = messages - 1;
        if (last < 0 || complete || descriptors[last] != descriptor) {
            return false;
        }
        int soFar = headers.pieceLength(last);
        int each = lengthsOfEach[last];
        return length <= each
            && headers.pieceAddress(last) + soFar == address
            && soFar + length <= LinuxSender.TRAIN_LENGTH_MAX
            && soFar < each * LinuxSender.TRAIN_MAX;
    }

    private void begin(int descriptor, long address, int length) {
        if (messages == MESSAGES_MAX) {
            sendQueue();
        }
        descriptors[messages] = descriptor;
        lengthsOfEach[messages] = length;
        headers.toWhereConnected(messages);
        headers.single(messages);
        headers.piece(messages, address, length);
        headers.pieces(messages, messages, 1);
        messages++;
        complete = length > LinuxSender.TRAIN_DATAGRAM_LENGTH_MAX;
    }

    /**
     * Sends what was queued.
     *
     * @return how many datagrams the system has refused since the last time; they are lost
     */
    public int flush() {
        sendQueue();
        int count = refused;
        refused = 0;
        return count;
    }

    private void sendQueue() {
        rows.send(messages);
        messages = 0;
    }

    /** A train that is refused as such, as it is before a link of shorter datagrams, leaves one by one. */
    private void sendApart(int message) {
        int each = lengthsOfEach[message];
        int length = headers.pieceLength(message);
        if (length == each) {
            refused++;
            return;
        }
        for (int at = 0; at < length; at += each) {
            single.toWhereConnected(0);
            single.single(0);
            single.piece(0, headers.pieceAddress(message) + at, Math.min(each, length - at));
            single.pieces(0, 0, 1);
            if (calls.sendMessages(descriptors[message], single.address(0), 1) != 1) {
                refused++;
            }
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
