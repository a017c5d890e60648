package io.turnstone.node.fabric;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;

/**
 * What the operating system grants of the socket buffers that the fabric would like. Aeron refuses to start when it is told
 * of more, and stock kernels grant only about 200 KiB.
 *
 * @param windowBytes how far a sender may run ahead of its receiver
 */
record SocketBuffers(int receiveBytes, int sendBytes, int windowBytes) {
    private static final int WANTED_BYTES = 2 << 20;

    static SocketBuffers granted(int termBytes) {
        try (DatagramChannel probe = DatagramChannel.open()) {
            int receiveBytes = granted(probe, StandardSocketOptions.SO_RCVBUF);
            int sendBytes = granted(probe, StandardSocketOptions.SO_SNDBUF);
            // the kernel counts its own overhead per packet against the buffer, so only half of it is sure to hold payload
            return new SocketBuffers(receiveBytes, sendBytes, Math.min(termBytes, receiveBytes) / 2);
        } catch (IOException refused) {
            throw new UncheckedIOException("the fabric cannot open a UDP socket", refused);
        }
    }

    private static int granted(DatagramChannel probe, SocketOption<Integer> option) throws IOException {
        probe.setOption(option, WANTED_BYTES);
        return Math.min(WANTED_BYTES, probe.getOption(option));
    }
}
