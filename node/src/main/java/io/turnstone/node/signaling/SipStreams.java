package io.turnstone.node.signaling;

import io.turnstone.node.service.Counters;
import io.turnstone.node.transport.stream.StreamClosure;
import io.turnstone.node.transport.stream.StreamFlow;
import io.turnstone.node.transport.stream.StreamHandler;
import io.turnstone.node.transport.stream.StreamTransport;
import io.turnstone.protocol.sip.SipLimits;
import io.turnstone.protocol.sip.SipTransport;
import java.util.function.LongSupplier;
import org.agrona.DirectBuffer;

/** Hears of connections and gives what comes over them to the signaling thread. On the event loop of each connection. */
final class SipStreams implements StreamHandler {
    private final long node;
    private final SipLimits limits;
    private final SipInbox inbox;
    private final Counters<SignalingCounter> counters;
    private final LongSupplier clockMs;

    /** @param node the incarnation of this node */
    SipStreams(long node, SipLimits limits, SipInbox inbox, Counters<SignalingCounter> counters, LongSupplier clockMs) {
        this.node = node;
        this.limits = limits;
        this.inbox = inbox;
        this.counters = counters;
        this.clockMs = clockMs;
    }

    @Override
    public void onOpened(StreamFlow flow) {
        FlowName name = new FlowName(node, flow.id(), transport(flow.transport()));
        SipConnection connection = new SipConnection(
            new Arrival(name, flow.remote()), flow, inbox, counters, limits);
        flow.attach(connection);
        inbox.opened(connection);
    }

    private static SipTransport transport(StreamTransport transport) {
        return switch (transport) {
            case TCP -> SipTransport.TCP;
            case TLS -> SipTransport.TLS;
            case WS -> SipTransport.WS;
            case WSS -> SipTransport.WSS;
        };
    }

    @Override
    public void onReceived(StreamFlow flow, DirectBuffer buffer, int offset, int length) {
        if (flow.attachment() instanceof SipConnection connection) {
            connection.received(buffer, offset, length, clockMs.getAsLong());
        }
    }

    @Override
    public void onClosed(StreamFlow flow, StreamClosure closure) {
        if (flow.attachment() instanceof SipConnection connection) {
            inbox.closed(connection);
        } else {
            inbox.failed(new FlowName(node, flow.id(), transport(flow.transport())));
        }
    }
}
