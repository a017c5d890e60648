package io.turnstone.node.rooms;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.turnstone.node.rooms.RoomInbox.RoomConnection;
import io.turnstone.node.service.Counters;
import io.turnstone.node.transport.stream.StreamClosure;
import io.turnstone.node.transport.stream.StreamFlow;
import io.turnstone.node.transport.stream.StreamHandler;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.DirectBuffer;

/** Hears of clients' connections, reads what they say, and gives it to the rooms' thread. On the event loop of each. */
final class RoomStreams implements StreamHandler {
    private final RoomInbox inbox;
    private final Counters<RoomCounter> counters;
    private final int messageBytesMax;

    RoomStreams(RoomInbox inbox, Counters<RoomCounter> counters, int messageBytesMax) {
        this.inbox = inbox;
        this.counters = counters;
        this.messageBytesMax = messageBytesMax;
    }

    @Override
    public void onOpened(StreamFlow flow) {
        RoomConnection connection = new RoomConnection(flow, new AtomicInteger());
        flow.attach(connection);
        inbox.add(new RoomInbox.Event.Opened(connection));
    }

    @Override
    public void onReceived(StreamFlow flow, DirectBuffer buffer, int offset, int length) {
        if (flow.attachment() instanceof RoomConnection connection
            && !inbox.received(connection, read(buffer, offset, length), length)) {
            counters.add(RoomCounter.BEHIND);
            flow.close(StreamClosure.POLICY);
        }
    }

    private ClientMessage read(DirectBuffer buffer, int offset, int length) {
        if (length > messageBytesMax) {
            return new ClientMessage.Wrong(RoomError.TOO_LONG, "");
        }
        byte[] octets = new byte[length];
        buffer.getBytes(offset, octets);
        try {
            return ClientMessage.read(UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString());
        } catch (CharacterCodingException notText) {
            return new ClientMessage.Wrong(RoomError.BAD_JSON, "");
        }
    }

    /** A page that is left closes with 1001, and may be loaded again; who closes by itself gives no code, or 1000. */
    @Override
    public void onClosed(StreamFlow flow, StreamClosure closure) {
        if (flow.attachment() instanceof RoomConnection connection) {
            boolean inOrder = closure.cause() == StreamClosure.Cause.PEER
                && (closure.code() == StreamClosure.NORMAL || closure.code() == StreamClosure.NO_CODE);
            inbox.add(new RoomInbox.Event.Closed(connection, inOrder));
        }
    }
}
