package io.turnstone.node.transport;

import java.util.function.IntConsumer;

/**
 * Sends messages: one call for those in a row that leave from the same socket. One that the kernel refuses does not hold up
 * those behind it. One thread.
 */
final class SendRows {
    private final LinuxCalls calls;
    private final MessageHeaders headers;
    private final int[] descriptors;
    private final IntConsumer refused;

    /**
     * @param descriptors the socket of each message
     * @param refused is told each message that was not sent, while {@link LinuxCalls#errno} says why
     */
    SendRows(LinuxCalls calls, MessageHeaders headers, int[] descriptors, IntConsumer refused) {
        this.calls = calls;
        this.headers = headers;
        this.descriptors = descriptors;
        this.refused = refused;
    }

    /** Sends the first so many messages. */
    void send(int messages) {
        int first = 0;
        while (first < messages) {
            int end = first + 1;
            while (end < messages && descriptors[end] == descriptors[first]) {
                end++;
            }
            send(first, end);
            first = end;
        }
    }

    private void send(int first, int end) {
        int next = first;
        while (next < end) {
            int sent = calls.sendMessages(descriptors[next], headers.address(next), end - next);
            if (sent > 0) {
                next += sent;
            } else if (sent == 0 || calls.errno() != LinuxCalls.EINTR) {
                refused.accept(next);
                next++;
            }
        }
    }
}
