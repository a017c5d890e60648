package io.turnstone.node.fabric;

import io.aeron.FragmentAssembler;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.logbuffer.Header;
import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.protocol.fabric.MediaFrame;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Media between this node and its peers, over a media driver of its own. Its thread calls {@link #doWork} and
 * {@link #close}; {@link FabricControl} tells it of peers, and {@link FabricPublisher}s of any thread send through it.
 *
 * <p>Frames are never sent again and never queued beyond Aeron's term buffer: what a peer does not take is a counted drop.
 */
public final class FabricLane implements AutoCloseable {
    private static final int ROUNDS_MAX = 32;
    private static final int FRAGMENTS_PER_POLL = 64;
    private static final int FRAMES_PER_ROUND = 4 * FRAGMENTS_PER_POLL;
    private static final long UPKEEP_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final FabricSettings settings;
    private final InetSocketAddress local;
    private final MediaHandler handler;
    private final FrameKeys keys;
    private final WakeablePause pause;
    private final AeronHost host;
    private final CounterCells cells = new CounterCells();
    private final MediaFrame frame = new MediaFrame();
    private final FragmentAssembler assembler = new FragmentAssembler(this::onFrame);
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final List<LanePublisher> publishers = new CopyOnWriteArrayList<>();
    private final Long2ObjectHashMap<MediaLink> linkByIncarnation = new Long2ObjectHashMap<>();

    /** Written by the lane's thread, read by publishers. */
    private final AtomicReferenceArray<@Nullable MediaLink> linkByNumber = new AtomicReferenceArray<>(
        FabricControl.PEERS_MAX + 1);

    private @Nullable Subscription subscription;
    private long nextUpkeepNs;

    /**
     * @param index from 0; lane {@code i} listens on the control lane's port + 1 + i
     * @param handler gets every frame that one of the cluster's keys signed
     * @param pause how the lane's thread rests
     * @param nowNs as for {@link #doWork}
     * @throws IllegalStateException if the address is taken or Aeron cannot start
     */
    public FabricLane(FabricSettings settings, int index, ClusterKeys keys, MediaHandler handler, WakeablePause pause,
        long nowNs) {
        this.settings = settings;
        local = settings.lane(index);
        this.handler = handler;
        this.pause = pause;
        this.keys = new FrameKeys(keys, FabricSettings.FRAME_BYTES_MAX);
        nextUpkeepNs = nowNs;
        host = new AeronHost(settings, local, pause, cells, new Streams());
        host.start(nowNs);
    }

    /**
     * One turn.
     *
     * @param nowNs {@link System#nanoTime}
     * @return how much was done; 0 if the thread may rest, as it may when all that there was has been done
     */
    public int doWork(long nowNs) {
        int workCount = runCommands(nowNs) + host.doWork(nowNs);
        EmbeddedAeron aeron = host.aeron();
        if (aeron == null) {
            return workCount;
        }
        if (nowNs - nextUpkeepNs >= 0) {
            nextUpkeepNs = nowNs + UPKEEP_NS;
            linkByIncarnation.values().forEach(link -> keepUp(link, aeron));
        }
        return workCount + moveFrames(aeron);
    }

    /**
     * Drives until nothing moves, within bounds: a driver that is driven once a turn falls behind by whole milliseconds.
     *
     * @return 0 also where all is known to have been moved: no turn is made only to see that
     */
    private int moveFrames(EmbeddedAeron aeron) {
        int workCount = 0;
        for (int round = 0; round < ROUNDS_MAX; round++) {
            int moved = aeron.invokeDriver();
            int frames = poll();
            if (moved + frames == 0) {
                break;
            }
            pause.onMoved(frames + aeron.endpoints().takeFramesSent());
            if (aeron.endpoints().isDone() && frames < FRAMES_PER_ROUND) {
                return 0;
            }
            workCount += moved + frames;
        }
        return workCount;
    }

    /** A poll ends with the term that it is in, so only one that finds nothing says that there is nothing. */
    private int poll() {
        int frames = 0;
        int polled = 1;
        while (subscription != null && polled > 0 && frames < FRAMES_PER_ROUND) {
            polled = subscription.poll(assembler, FRAGMENTS_PER_POLL);
            frames += polled;
        }
        return frames;
    }

    private void onFrame(DirectBuffer buffer, int offset, int length, Header header) {
        if (!frame.wrap(buffer, offset, length)) {
            cells.increment(FabricCounter.MALFORMED);
            return;
        }
        @Nullable
        MediaLink sender = linkByIncarnation.get(frame.incarnation());
        if (!keys.verify(buffer, offset, length)) {
            cells.increment(FabricCounter.BAD_TAGS);
            if (sender != null) {
                sender.onBadTag();
            }
            return;
        }
        if (sender != null) {
            sender.onFrame(length);
        }
        handler.onFrame(buffer, offset, length);
    }

    private int runCommands(long nowNs) {
        int workCount = 0;
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            command.run();
            nextUpkeepNs = nowNs;
            workCount++;
        }
        return workCount;
    }

    private void keepUp(MediaLink link, EmbeddedAeron aeron) {
        try {
            if (!link.refresh()) {
                link.connect(aeron, settings.mediaTermBytes());
            }
        } catch (RuntimeException refused) {
            cells.increment(FabricCounter.BUILD_FAILURES);
            host.report(refused);
        }
    }

    /** Any thread. */
    MediaLink addPeer(int number, long incarnation, InetSocketAddress endpoint, boolean knowsNh) {
        MediaLink link = new MediaLink(number, incarnation, endpoint, knowsNh);
        commands.add(() -> {
            linkByIncarnation.put(incarnation, link);
            linkByNumber.set(number, link);
        });
        wakeUp();
        return link;
    }

    /** Any thread. */
    void removePeer(MediaLink link) {
        commands.add(() -> {
            linkByIncarnation.remove(link.incarnation());
            linkByNumber.set(link.number(), null);
            Publication detached = link.detach();
            publishers.forEach(LanePublisher::awaitOffer);
            if (detached != null) {
                detached.close();
            }
        });
        wakeUp();
    }

    /** There are frames or commands for the lane's thread. Any thread. */
    void wakeUp() {
        pause.wakeUp();
    }

    /** Any thread. */
    void register(LanePublisher publisher) {
        publishers.add(publisher);
    }

    /** Any thread. */
    @Nullable
    MediaLink link(int number) {
        return number > 0 && number < linkByNumber.length() ? linkByNumber.get(number) : null;
    }

    CounterCells cells() {
        return cells;
    }

    /** On the lane's thread, or after that has ended. Publishers may go on: they are told CLOSED. */
    @Override
    public void close() {
        host.close();
    }

    private final class Streams implements AeronHost.Tenant {
        @Override
        public Endpoints newEndpoints(WakeablePause watched) {
            return BatchedEndpoints.arePossible() ? new BatchedEndpoints(watched) : new WatchedEndpoints(watched);
        }

        @Override
        public void onOpened(EmbeddedAeron opened) {
            subscription = opened.subscribe(local, Stream.MEDIA,
                image -> assembler.freeSessionBuffer(image.sessionId()));
        }

        @Override
        public void onClosing() {
            subscription = null;
            linkByIncarnation.values().forEach(MediaLink::detach);
            publishers.forEach(LanePublisher::awaitOffer);
        }
    }
}
