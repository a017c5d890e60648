package io.turnstone.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.rib.LocalSockets;
import io.turnstone.node.transport.DatagramLayer;
import io.turnstone.node.transport.DatagramSockets;
import io.turnstone.node.transport.ServiceAddress;
import io.turnstone.node.transport.SocketSettings;
import io.turnstone.node.transport.Sockets;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedRelaySocketsTest {
    private static final IpAddress LOCAL = IpAddress.parse("127.0.0.1");
    private static final IpAddress ADVERTISED = IpAddress.parse("203.0.113.1");
    private static final int BUFFER_BYTES = 1 << 16;

    private final Sockets one = sockets();
    private final Sockets other = sockets();
    private final List<TransportAddress> opened = new ArrayList<>();

    private static Sockets sockets() {
        try {
            return DatagramSockets.open(
                List.of(ServiceAddress.of(TransportAddress.of(LOCAL, 0))),
                new SocketSettings(DatagramLayer.best(), 1, BUFFER_BYTES, 0, true, false));
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private SharedRelaySockets shared(Sockets sockets, int socketsMax) {
        return new SharedRelaySockets(sockets, Map.of(ADVERTISED, LOCAL), socketsMax, opened::add);
    }

    private static TransportAddress free() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return TransportAddress.of(ADVERTISED, socket.getLocalPort());
        }
    }

    private static TransportAddress local(TransportAddress relayed) {
        return TransportAddress.of(LOCAL, relayed.port());
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
    }

    @Test
    void shouldOpenWhatAnotherNodeHasGivenAway() throws IOException {
        TransportAddress relayed = free();
        SharedRelaySockets giver = shared(one, 100);
        SharedRelaySockets sharer = shared(other, 100);
        assertThat(giver.open(local(relayed), relayed)).isTrue();

        sharer.onNamed(relayed);
        assertThat(sharer.socketOf(relayed)).isEqualTo(LocalSockets.NONE);
        sharer.doWork();

        assertThat(opened).containsExactly(relayed);
        assertThat(sharer.socketOf(relayed)).isNotNegative();
        sharer.close(relayed);
        assertThat(sharer.socketOf(relayed)).isEqualTo(LocalSockets.NONE);
    }

    @Test
    void shouldLeaveAloneWhatItHasOrDoesNotRelay() throws IOException {
        TransportAddress relayed = free();
        SharedRelaySockets sockets = shared(one, 100);
        sockets.open(local(relayed), relayed);
        sockets.onNamed(relayed);
        sockets.onNamed(TransportAddress.parse("198.51.100.1:50000"));
        assertThat(sockets.doWork()).isZero();
        assertThat(sockets.missing()).isZero();
    }

    @Test
    void shouldKeepAQuarterOfItsRoomForItsOwnAndUseWhatIsClosed() throws IOException {
        SharedRelaySockets sockets = shared(one, 4);
        List<TransportAddress> named = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            named.add(free());
            sockets.onNamed(named.get(i));
        }
        sockets.doWork();
        assertThat(opened).hasSize(3);
        assertThat(sockets.missing()).isEqualTo(2);

        TransportAddress own = free();
        assertThat(sockets.open(local(own), own)).isTrue();
        TransportAddress tooMany = free();
        assertThat(sockets.open(local(tooMany), tooMany)).isFalse();

        sockets.close(own);
        sockets.close(named.getFirst());
        sockets.doWork();
        assertThat(opened).hasSize(4);
    }
}
