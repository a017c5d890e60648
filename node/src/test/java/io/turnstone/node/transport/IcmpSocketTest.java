package io.turnstone.node.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class IcmpSocketTest {
    private static final long WAIT_NS = TimeUnit.SECONDS.toNanos(5);

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 3, 3", "::1, 1, 4"})
    void shouldTellOfADatagramToAClosedPort(String ip, int type, int code) throws IOException {
        Optional<IcmpSocket> opened = IcmpSocket.open();
        assumeTrue(opened.isPresent(), "no CAP_NET_RAW");
        try (IcmpSocket icmp = opened.get(); DatagramSocket sender = open(ip)) {
            TransportAddress closed = closedPort(ip);
            sender.send(new DatagramPacket(new byte[10], 10, closed.toInetSocketAddress()));
            TransportAddress local = TransportAddress.of(IpAddress.parse(ip), sender.getLocalPort());
            List<IcmpError> errors = new ArrayList<>();
            long startNs = System.nanoTime();
            IcmpError expected = new IcmpError(type, code, 0, local, closed);
            while (!errors.contains(expected) && System.nanoTime() - startNs < WAIT_NS) {
                icmp.poll(errors::add, 10);
            }
            assertThat(errors).contains(expected);
        }
    }

    private static DatagramSocket open(String ip) throws IOException {
        return new DatagramSocket(TransportAddress.of(IpAddress.parse(ip), 0).toInetSocketAddress());
    }

    private static TransportAddress closedPort(String ip) throws IOException {
        try (DatagramSocket probe = open(ip)) {
            return TransportAddress.of(IpAddress.parse(ip), probe.getLocalPort());
        }
    }
}
