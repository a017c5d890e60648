package io.turnstone.node.fabric;

import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.protocol.fabric.MediaFrame;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The publisher of one thread. Aeron unmaps a publication's memory when it closes it, so a lane first takes the publication
 * out of its {@link MediaLink} and then waits until no publisher that may still hold it is inside an offer.
 */
final class LanePublisher implements FabricPublisher {
    private static final long MIX = 0x9E37_79B9_7F4A_7C15L;

    private final FabricLane[] lanes;
    private final FrameKeys keys;
    private final MediaFrame frameView = new MediaFrame();
    /** By lane, whether it has got a frame since {@link #flush}. */
    private final boolean[] offered;

    /** Set before a link is asked for its publication; cleared when the publication is done with. */
    private volatile boolean offering;

    LanePublisher(List<FabricLane> lanes, ClusterKeys keys) {
        this.lanes = lanes.toArray(FabricLane[]::new);
        offered = new boolean[this.lanes.length];
        this.keys = new FrameKeys(keys, FabricSettings.FRAME_BYTES_MAX);
        for (FabricLane lane : lanes) {
            lane.register(this);
        }
    }

    @Override
    public FabricOutcome offer(int nodeNumber, MutableDirectBuffer frame, int offset, int length) {
        if (length > FabricSettings.FRAME_BYTES_MAX || !frameView.wrap(frame, offset, length)) {
            return FabricOutcome.MALFORMED;
        }
        int lane = laneOf(frameView.allocationId());
        @Nullable
        MediaLink link = lanes[lane].link(nodeNumber);
        if (link == null) {
            return FabricOutcome.NO_SUCH_NODE;
        }
        if (!keys.sign(frame, offset, length, link.knowsNh())) {
            return FabricOutcome.MALFORMED;
        }
        offering = true;
        offered[lane] = true;
        try {
            return link.offer(frame, offset, length);
        } finally {
            offering = false;
        }
    }

    /** Wakes the lanes that have got something: their threads send it. */
    @Override
    public void flush() {
        for (int i = 0; i < lanes.length; i++) {
            if (offered[i]) {
                offered[i] = false;
                lanes[i].wakeUp();
            }
        }
    }

    private int laneOf(long allocationId) {
        return (int) (((allocationId * MIX) >>> Integer.SIZE) % lanes.length);
    }

    /** Lane thread: returns once every offer is over that may have begun before the call. */
    void awaitOffer() {
        while (offering) {
            Thread.onSpinWait();
        }
    }
}
