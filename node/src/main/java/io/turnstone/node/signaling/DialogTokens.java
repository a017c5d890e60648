package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.SipTransport;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The users of our Record-Route URIs, which are all that a dialog leaves with us (RFC 3261 §16.6 step 4). One thread. A
 * token names the binding of each side, and knows the caller by a hash of its tag, so that a request that has it in its
 * Route goes to the other side, on whatever flow and node that is by then.
 *
 * <pre>
 *  0        1        2            6                      23                     40
 * +--------+--------+------------+----------------------+----------------------+
 * | 'D'    | 1      | caller tag | caller               | callee               |
 * +--------+--------+------------+----------------------+----------------------+
 * side: kind (0 binding: two hashes; else a transport: node and flow id)
 * </pre>
 *
 * A side that is not registered has no binding: it is known by its flow, which it must keep (as RFC 5626 §5.2 has it).
 */
final class DialogTokens {
    private static final byte KIND = 'D';
    private static final byte VERSION = 1;
    private static final byte BINDING = 0;
    private static final int SIDE_BYTES = 1 + 2 * Long.BYTES;
    private static final int CONTENT_BYTES = 2 + Integer.BYTES + 2 * SIDE_BYTES;

    private final SealedTokens tokens;

    /** One end of a dialog. */
    sealed interface Side {}

    record Registered(BindingId binding) implements Side {}

    record Unregistered(FlowName flow) implements Side {}

    /**
     * What a token says.
     *
     * @param callerTag a hash of the From tag of the request that made the dialog
     */
    record Token(int callerTag, Side caller, Side callee) {
        /** Where a request with that From tag goes. */
        Side other(int fromTag) {
            return fromTag == callerTag ? callee : caller;
        }
    }

    DialogTokens(SealedTokens tokens) {
        this.tokens = tokens;
    }

    String seal(Token token) {
        ByteBuffer content = ByteBuffer.allocate(CONTENT_BYTES).put(KIND).put(VERSION).putInt(token.callerTag());
        put(content, token.caller());
        put(content, token.callee());
        return tokens.seal(content.array());
    }

    private static void put(ByteBuffer content, Side side) {
        switch (side) {
            case Registered(BindingId binding) ->
                content.put(BINDING).putLong(binding.addressOfRecord()).putLong(binding.binding());
            case Unregistered(FlowName flow) ->
                content.put((byte) FlowTransports.number(flow.transport())).putLong(flow.node()).putLong(flow.id());
        }
    }

    /** What the text says; null if no node of this cluster sealed it, or in a version that this one cannot read. */
    @Nullable
    Token open(DirectBuffer buffer, int start, int end) {
        byte[] opened = tokens.open(buffer, start, end);
        if (opened == null || opened.length != CONTENT_BYTES || opened[0] != KIND || opened[1] != VERSION) {
            return null;
        }
        ByteBuffer content = ByteBuffer.wrap(opened, 2, CONTENT_BYTES - 2);
        return new Token(content.getInt(), side(content), side(content));
    }

    private static Side side(ByteBuffer content) {
        byte kind = content.get();
        long first = content.getLong();
        long second = content.getLong();
        SipTransport transport = FlowTransports.of(kind);
        return transport == null
            ? new Registered(new BindingId(first, second))
            : new Unregistered(new FlowName(first, second, transport));
    }
}
