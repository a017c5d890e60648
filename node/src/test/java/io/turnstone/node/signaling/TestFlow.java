package io.turnstone.node.signaling;

import io.turnstone.node.transport.stream.StreamFlow;
import io.turnstone.node.transport.stream.StreamHandler;
import io.turnstone.node.transport.stream.StreamTarget;
import io.turnstone.node.transport.stream.StreamTransport;
import io.turnstone.protocol.net.TransportAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/** A connection without a socket: what is sent over it waits for the test. */
final class TestFlow implements StreamFlow {
    final Deque<String> sent = new ArrayDeque<>();
    private final long id;
    private final StreamTransport transport;
    private @Nullable Object attachment;
    private boolean open = true;

    TestFlow(long id, StreamTransport transport) {
        this.id = id;
        this.transport = transport;
    }

    /** A dialer whose connection never opens. */
    static StreamFlow dial(StreamTarget target, StreamHandler handler) {
        return new TestFlow(handler.hashCode() & Integer.MAX_VALUE, target.transport());
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public StreamTransport transport() {
        return transport;
    }

    @Override
    public boolean isOutbound() {
        return false;
    }

    @Override
    public TransportAddress local() {
        return TransportAddress.parse("192.0.2.1:5060");
    }

    @Override
    public TransportAddress remote() {
        return TransportAddress.parse("203.0.113.9:40000");
    }

    @Override
    public boolean send(DirectBuffer buffer, int offset, int length) {
        if (open) {
            sent.add(Sip.text(buffer, offset, length));
        }
        return open;
    }

    @Override
    public void close(int code) {
        open = false;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public @Nullable Object attachment() {
        return attachment;
    }

    @Override
    public void attach(Object state) {
        attachment = state;
    }
}
