package io.turnstone.node;

import io.turnstone.node.fabric.FabricControl;
import io.turnstone.node.rib.NodeDescriptor;
import io.turnstone.node.signaling.PeerInbox;
import io.turnstone.node.signaling.PeerLink;
import io.turnstone.node.signaling.SignalingAgent;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Carries messages between signaling, which has a thread of its own, and the fabric, which is the control thread's. Only
 * nodes that serve SIP and know its messages are told any. Control thread, but for {@link #send}.
 */
final class SignalingPeers implements PeerLink {
    /** The version of the messages between nodes since which they carry signaling. */
    static final int SINCE_VERSION = 4;
    /** The same of presence. */
    static final int PRESENCE_SINCE_VERSION = 5;

    /** What may wait for the control thread: longer than that it is behind. */
    private static final int WAITING_BYTES_MAX = 1 << 24;
    /** What a message takes up besides its octets. */
    private static final int MESSAGE_OVERHEAD_BYTES = 128;

    private final NodeDescriptor self;
    private final Executor control;
    private final Set<Long> peers = new HashSet<>();
    private final AtomicInteger waitingBytes = new AtomicInteger();
    private @Nullable FabricControl fabric;
    private @Nullable PeerInbox inbox;
    private Consumer<Set<Long>> listener = _ -> {};
    private int queueBytesMax;

    /** @param control runs tasks on the control thread, in order */
    SignalingPeers(NodeDescriptor self, Executor control) {
        this.self = self;
        this.control = control;
    }

    /**
     * Before the first turn; a node without a fabric has no peers.
     *
     * @param queueBytes what signaling may have waiting for one peer: the rest of the queue is for routes
     */
    void fabric(FabricControl carrier, int queueBytes) {
        fabric = carrier;
        queueBytesMax = queueBytes;
    }

    /** Before the first turn; a node that serves no SIP tells and hears nothing. */
    void inbox(PeerInbox target) {
        inbox = target;
    }

    /**
     * Before the first turn.
     *
     * @param other is told too which nodes are heard
     */
    void onHeard(Consumer<Set<Long>> other) {
        listener = other;
    }

    /** Messages are exchanged with that node from now on. */
    void begin(NodeDescriptor node) {
        PeerInbox target = inbox;
        if (target != null && node.signaling() && self.bothSpeak(SINCE_VERSION, node)
            && peers.add(node.incarnation())) {
            target.joined(node.incarnation(), self.bothSpeak(PRESENCE_SINCE_VERSION, node));
        }
    }

    void end(long node) {
        if (peers.remove(node)) {
            Objects.requireNonNull(inbox).left(node);
        }
    }

    /** Passes on who decides and who is heard. */
    void judged(Set<Long> live, Set<Long> heard) {
        PeerInbox target = inbox;
        if (target != null) {
            target.judged(live, heard);
        }
        listener.accept(heard);
    }

    /** Takes the message if it is signaling's. */
    boolean takes(long peer, DirectBuffer buffer, int offset, int length) {
        if (!SignalingAgent.reads(buffer, offset, length)) {
            return false;
        }
        PeerInbox target = inbox;
        if (target != null) {
            target.received(peer, buffer, offset, length);
        }
        return true;
    }

    /** The signaling thread. */
    @Override
    public boolean send(long node, byte[] message) {
        int bytes = message.length + MESSAGE_OVERHEAD_BYTES;
        if (waitingBytes.addAndGet(bytes) > WAITING_BYTES_MAX) {
            waitingBytes.addAndGet(-bytes);
            return false;
        }
        control.execute(() -> {
            waitingBytes.addAndGet(-bytes);
            if (!pass(node, message)) {
                Objects.requireNonNull(inbox).unsent(node, message);
            }
        });
        return true;
    }

    private boolean pass(long node, byte[] message) {
        FabricControl carrier = fabric;
        return carrier != null && message.length <= FabricControl.MESSAGE_BYTES_MAX && peers.contains(node)
            && carrier.queuedBytes(node) + message.length <= queueBytesMax && carrier.send(node, message);
    }
}
