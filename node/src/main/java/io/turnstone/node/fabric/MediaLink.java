package io.turnstone.node.fabric;

import io.aeron.Publication;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.LongAdder;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/** One lane's connection to one peer. The lane's thread opens and closes it; publishers of any thread offer on it. */
@SuppressWarnings("EnumOrdinal") // an index within this process, never stored or sent
final class MediaLink {
    private static final FabricOutcome[] OUTCOMES = FabricOutcome.values();
    private static final int ROTATIONS_MAX = 3;

    private final int number;
    private final long incarnation;
    private final InetSocketAddress endpoint;
    private final boolean knowsNh;
    private final LongAdder[] offered = new LongAdder[OUTCOMES.length];
    private final LongAdder bytesSent = new LongAdder();
    private final LongAdder framesReceived = new LongAdder();
    private final LongAdder bytesReceived = new LongAdder();
    private final LongAdder badTags = new LongAdder();
    private volatile @Nullable Publication publication;
    private volatile boolean connected;

    /** @param knowsNh see {@link FrameKeys#sign} */
    MediaLink(int number, long incarnation, InetSocketAddress endpoint, boolean knowsNh) {
        this.number = number;
        this.incarnation = incarnation;
        this.endpoint = endpoint;
        this.knowsNh = knowsNh;
        for (FabricOutcome outcome : OUTCOMES) {
            offered[outcome.ordinal()] = new LongAdder();
        }
    }

    int number() {
        return number;
    }

    long incarnation() {
        return incarnation;
    }

    boolean knowsNh() {
        return knowsNh;
    }

    /** Lane thread. */
    void connect(EmbeddedAeron aeron, int termBytes) {
        publication = aeron.publish(endpoint, Stream.MEDIA, termBytes);
    }

    /** Lane thread: from now on offers are refused; one may still be under way in the publication that is returned. */
    @Nullable
    Publication detach() {
        Publication detached = publication;
        publication = null;
        connected = false;
        return detached;
    }

    /** Lane thread: asks the publication, which others may not do while it could be closed. */
    boolean refresh() {
        Publication open = publication;
        connected = open != null && open.isConnected();
        return open != null;
    }

    /** Any thread that has announced it to the lane, see {@link LanePublisher}. */
    FabricOutcome offer(DirectBuffer frame, int offset, int length) {
        FabricOutcome outcome = tryOffer(frame, offset, length);
        offered[outcome.ordinal()].increment();
        if (outcome == FabricOutcome.SENT) {
            bytesSent.add(length);
        }
        return outcome;
    }

    private FabricOutcome tryOffer(DirectBuffer frame, int offset, int length) {
        Publication open = publication;
        if (open == null) {
            return FabricOutcome.CLOSED;
        }
        long position = Publication.ADMIN_ACTION;
        for (int i = 0; i < ROTATIONS_MAX && position == Publication.ADMIN_ACTION; i++) {
            position = open.offer(frame, offset, length);
        }
        if (position >= 0) {
            return FabricOutcome.SENT;
        }
        if (position == Publication.NOT_CONNECTED) {
            return FabricOutcome.NOT_CONNECTED;
        }
        return position == Publication.CLOSED ? FabricOutcome.CLOSED : FabricOutcome.BACK_PRESSURED;
    }

    void onFrame(int length) {
        framesReceived.increment();
        bytesReceived.add(length);
    }

    void onBadTag() {
        badTags.increment();
    }

    boolean isConnected() {
        return connected;
    }

    long offered(FabricOutcome outcome) {
        return offered[outcome.ordinal()].sum();
    }

    long bytesSent() {
        return bytesSent.sum();
    }

    long framesReceived() {
        return framesReceived.sum();
    }

    long bytesReceived() {
        return bytesReceived.sum();
    }

    long badTags() {
        return badTags.sum();
    }
}
