package io.turnstone.node;

import io.turnstone.node.allocation.CallAllocations;
import io.turnstone.node.auth.RevokedCalls;
import io.turnstone.node.cluster.ClusterEvents;
import io.turnstone.node.cluster.ClusterPart;
import io.turnstone.node.cluster.ShardedSessions;
import io.turnstone.node.operations.CallEvents;
import io.turnstone.node.operations.CallRecords;
import io.turnstone.node.operations.CallView;
import io.turnstone.node.operations.MetricSink;
import io.turnstone.node.rib.ControlCounters;
import io.turnstone.node.rib.NodeDescriptor;
import io.turnstone.node.rooms.RoomNews;
import io.turnstone.node.session.Call;
import io.turnstone.node.session.CallCause;
import io.turnstone.node.session.CallRecord;
import io.turnstone.node.session.CallState;
import io.turnstone.node.session.RoomSession;
import io.turnstone.node.session.SessionMachine;
import io.turnstone.node.session.SessionName;
import io.turnstone.node.session.SessionNotice;
import io.turnstone.node.session.SignalingSessionActor;
import io.turnstone.node.signaling.Calls;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of signaling that live on this node, and what they act upon: the allocations of calls, call records, the
 * calls that this node's engine holds. Control thread; what any thread may call says so.
 */
final class SessionsPart implements ClusterEvents {
    private static final long COUNT_AFTER_MS = 1_000;

    private final SignalingSessionActor.Residents residents = new SignalingSessionActor.Residents();
    private final ControlCounters<CallCause> ended = new ControlCounters<>(CallCause.class);
    private final ClusterEvents members;
    private final CallAllocations allocations;
    private final ShardedSessions sharded;
    private final RevokedCalls revoked;
    private final Executor control;
    private final LongSupplier clockMs;
    private @Nullable Calls held;
    private BiConsumer<String, RoomNews> rooms = (_, _) -> {};
    private volatile @Nullable CallEvents events;
    private volatile @Nullable CallRecords records;
    private volatile int running;
    private volatile int remembered;
    private volatile long forgotten;
    private long countedMs;

    SessionsPart(NodeDescriptor self, ControlPlane plane, RevokedCalls revoked, Executor control,
        LongSupplier clockMs) {
        this.members = plane.members();
        this.revoked = revoked;
        this.control = control;
        this.clockMs = clockMs;
        this.allocations = new CallAllocations(self.incarnation(), plane.rib()::ofMark, plane.allocations(), revoked);
        this.sharded = new ShardedSessions(
            self,
            new SignalingSessionActor.World(residents, allocations::count, this::onChange, this::onRecord, clockMs),
            this::onNotice);
    }

    /** Where engines tell sessions. */
    ShardedSessions sharded() {
        return sharded;
    }

    /** Before the first ActorSystem: whom to tell of calls that have ended. */
    void held(Calls engine) {
        held = engine;
    }

    /**
     * Before the first ActorSystem.
     *
     * @param target takes what rooms tell this node
     */
    void rooms(BiConsumer<String, RoomNews> target) {
        rooms = target;
    }

    /** Before the first ActorSystem: where calls are watched. */
    void events(CallEvents watched) {
        events = watched;
    }

    /** Before the first ActorSystem. */
    void records(CallRecords file) {
        records = file;
    }

    /** What runs in every ActorSystem, sessions too. */
    List<ClusterPart> with(List<ClusterPart> others) {
        return Stream.concat(others.stream(), Stream.of(sharded)).toList();
    }

    private void onChange(String callId, CallState call) {
        CallEvents watched = events;
        if (watched != null) {
            watched.changed(callId, call);
        }
    }

    private void onRecord(CallRecord call) {
        ended.increment(call.call().outcome().cause());
        CallEvents watched = events;
        if (watched != null) {
            watched.ended(call);
        }
        CallRecords file = records;
        if (file != null) {
            file.write(call);
        }
    }

    private void onNotice(SessionNotice notice) {
        switch (notice) {
            case SessionNotice.RoomTold(String room, RoomNews news) -> rooms.accept(room, news);
            case SessionNotice.CallEnded(String callId) -> {
                allocations.revoke(callId, clockMs.getAsLong());
                if (held != null) {
                    held.onEnded(callId);
                }
            }
        }
    }

    /** Looks for what is to be deleted later, and counts; to be called a few times in a second. */
    void doWork() {
        long nowMs = clockMs.getAsLong();
        allocations.doWork(nowMs);
        if (nowMs - countedMs >= COUNT_AFTER_MS) {
            countedMs = nowMs;
            running = (int) running().count();
            remembered = revoked.size();
            forgotten = revoked.forgotten();
        }
    }

    private Stream<CallView> running() {
        return residents.machines().entrySet().stream().flatMap(SessionsPart::view);
    }

    private static Stream<CallView> view(Map.Entry<SessionName, SessionMachine> session) {
        return switch (session.getValue()) {
            case Call call when !call.known().outcome().isFinal() ->
                Stream.of(new CallView(session.getKey().name(), call.known()));
            case Call _,RoomSession _ -> Stream.empty();
        };
    }

    /** The calls that go on whose session is on this node, in the order of their Call-IDs. Any thread. */
    CompletionStage<List<CallView>> calls(int limit) {
        return CompletableFuture.supplyAsync(
            () -> running().sorted(Comparator.comparing(CallView::callId)).limit(limit).toList(), control);
    }

    /** Any thread. */
    void collect(MetricSink sink) {
        sink.gauge("calls", "Calls that go on, by INVITEs sent on, whose session is on this node.", running);
        sink.gauge("calls_revoked", "Calls that have ended and whose credentials are refused here.", remembered);
        sink.counter("calls_revoked_forgotten",
            "Calls whose credentials are no more refused, since too many have ended.",
            (double) forgotten);
        sink.countersBy("cause", "calls_ended", "Calls that have ended, whose session was on this node.",
            Arrays.stream(CallCause.values()).filter(cause -> cause != CallCause.NONE).toArray(CallCause[]::new),
            ended::get);
        CallEvents watched = events;
        if (watched != null) {
            sink.counter("call_watchers_cut_off", "Streams of call events whose reader was too slow.",
                (double) watched.cutOff());
        }
        CallRecords file = records;
        if (file != null) {
            sink.counter("call_records_lost", "Records of calls that could not be written.", (double) file.lost());
        }
    }

    @Override
    public void nodeJoined(NodeDescriptor node) {
        members.nodeJoined(node);
        sharded.nodeJoined(node);
    }

    @Override
    public void nodeMet(NodeDescriptor node) {
        members.nodeMet(node);
    }

    @Override
    public void nodeLeft(long incarnation) {
        members.nodeLeft(incarnation);
        sharded.nodeLeft(incarnation);
        if (held != null) {
            held.onNodeLeft();
        }
    }

    @Override
    public void nodeEnded(long incarnation) {
        members.nodeEnded(incarnation);
    }

    @Override
    public void selfUp(int others) {
        members.selfUp(others);
    }

    @Override
    public void selfDown() {
        members.selfDown();
    }

    @Override
    public void refused(String reason) {
        members.refused(reason);
    }
}
