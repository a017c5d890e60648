package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.transport.stream.StreamClosure;
import io.turnstone.node.transport.stream.StreamFlow;
import io.turnstone.node.transport.stream.StreamHandler;
import io.turnstone.node.transport.stream.StreamTarget;
import io.turnstone.node.transport.stream.StreamTransport;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.sip.SipTransport;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class OutgoingConnectionsTest {
    private static final TransportAddress ADDRESS = TransportAddress.parse("198.51.100.1:5061");
    private static final Hop TCP = new Hop(SipTransport.TCP, ADDRESS, "");
    private static final Hop TLS = new Hop(SipTransport.TLS, ADDRESS, "trunk.example.net");

    private final List<StreamTarget> dialled = new ArrayList<>();
    private final List<TestFlow> flows = new ArrayList<>();
    private final OutgoingConnections connections = new OutgoingConnections(7, this::dial, new Deaf());

    /** What becomes of a connection the test says itself. */
    private static final class Deaf implements StreamHandler {
        @Override
        public void onOpened(StreamFlow flow) {}

        @Override
        public void onReceived(StreamFlow flow, DirectBuffer buffer, int offset, int length) {}

        @Override
        public void onClosed(StreamFlow flow, StreamClosure closure) {}
    }

    private StreamFlow dial(StreamTarget target, StreamHandler handler) {
        assertThat(handler).isInstanceOf(Deaf.class);
        dialled.add(target);
        flows.add(new TestFlow(10L + flows.size(), target.transport()));
        return flows.getLast();
    }

    private boolean send(FlowName flow, String text) {
        UnsafeBuffer buffer = Sip.buffer(text);
        return connections.send(flow, buffer, 0, buffer.capacity());
    }

    @Test
    void shouldConnectOnceToEachHop() {
        FlowName tcp = connections.open(TCP);

        assertThat(tcp).isEqualTo(new FlowName(7, 10, SipTransport.TCP));
        assertThat(connections.open(TCP)).isEqualTo(tcp);
        assertThat(connections.open(TLS)).isEqualTo(new FlowName(7, 11, SipTransport.TLS));
        assertThat(dialled).containsExactly(
            StreamTarget.tcp(ADDRESS), new StreamTarget(StreamTransport.TLS, ADDRESS, "trunk.example.net"));
    }

    @Test
    void shouldKeepWhatIsSentUntilTheConnectionIsOpen() {
        FlowName flow = connections.open(TCP);
        assertThat(send(flow, "one")).isTrue();
        assertThat(send(flow, "two")).isTrue();
        assertThat(flows.getFirst().sent).isEmpty();

        connections.onOpened(flow);
        assertThat(send(flow, "three")).isTrue();

        assertThat(flows.getFirst().sent).containsExactly("one", "two", "three");
    }

    @Test
    void shouldLimitWhatWaits() {
        FlowName flow = connections.open(TCP);

        assertThat(send(flow, "x".repeat(OutgoingConnections.WAITING_BYTES_MAX))).isTrue();
        assertThat(send(flow, "x")).isFalse();
    }

    @Test
    void shouldCloseTheConnectionThatWasAskedForLeastLatelyWhenThereAreTooMany() {
        FlowName first = connections.open(TCP);
        FlowName second = connections.open(TLS);
        for (int port = 1; port < OutgoingConnections.CONNECTIONS_MAX - 1; port++) {
            connections.open(new Hop(SipTransport.TCP, ADDRESS.withPort(port), ""));
        }
        assertThat(connections.open(TCP)).isEqualTo(first);

        connections.open(new Hop(SipTransport.TCP, ADDRESS.withPort(60_000), ""));

        assertThat(connections.has(first)).isTrue();
        assertThat(connections.has(second)).isFalse();
        assertThat(flows.get(1).isOpen()).isFalse();
    }

    @Test
    void shouldConnectAnewWhenAConnectionHasEnded() {
        FlowName flow = connections.open(TCP);
        connections.onEnded(flow);

        assertThat(connections.has(flow)).isFalse();
        assertThat(send(flow, "late")).isFalse();
        assertThat(connections.open(TCP)).isNotEqualTo(flow);
        assertThat(dialled).hasSize(2);
    }
}
