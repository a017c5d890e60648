package io.turnstone.node.allocation;

import io.turnstone.node.auth.RevokedCalls;
import io.turnstone.node.auth.TurnUser;
import io.turnstone.node.rib.Route;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * The allocations that credentials of a call have made, and their end with the call. Control thread, of every node alike.
 *
 * <p>Each authority is told what its client would tell it, a Refresh with lifetime 0 (RFC 8656 §8), by the node that it
 * runs on. What was on its way here when the call ended, or belongs to a node that has died, is found by two later looks,
 * and deleted by whoever finds it.
 */
public final class CallAllocations {
    private static final long[] LOOK_AFTER_MS = {0, 1_000, 5_000};

    private final long incarnation;
    private final Function<String, List<Route>> routesByMark;
    private final Allocations allocations;
    private final RevokedCalls revoked;
    private final List<Deque<Look>> looks = List.of(new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>());
    private long nextNumber;

    /** A call whose allocations are looked for at that time. */
    private record Look(String mark, long atMs) {}

    /**
     * @param incarnation of this node
     * @param routesByMark all routes of the cluster whose accounts end with a mark
     */
    public CallAllocations(long incarnation, Function<String, List<Route>> routesByMark, Allocations allocations,
        RevokedCalls revoked) {
        this.incarnation = incarnation;
        this.routesByMark = routesByMark;
        this.allocations = allocations;
        this.revoked = revoked;
    }

    /** How many allocations the call has in the whole cluster. */
    public int count(String callId) {
        return routesByMark.apply(TurnUser.markOf(callId)).size();
    }

    /** The call has ended: its credentials are good for nothing from now on, and its allocations are deleted. */
    public void revoke(String callId, long nowMs) {
        revoked.revoke(callId, nowMs);
        String mark = TurnUser.markOf(callId);
        for (int i = 0; i < LOOK_AFTER_MS.length; i++) {
            looks.get(i).add(new Look(mark, nowMs + LOOK_AFTER_MS[i]));
        }
        doWork(nowMs);
    }

    /** Looks again for what is due; to be called a few times in a second. */
    public void doWork(long nowMs) {
        for (int i = 0; i < LOOK_AFTER_MS.length; i++) {
            Deque<Look> due = looks.get(i);
            while (!due.isEmpty() && due.getFirst().atMs() <= nowMs) {
                delete(due.removeFirst().mark(), i > 0);
            }
        }
    }

    /** @param anybodys whether also those whose authority was on another node when this one last heard of it */
    private void delete(String mark, boolean anybodys) {
        for (Route route : routesByMark.apply(mark)) {
            if (anybodys || route.owner() == incarnation) {
                RequestId id = new RequestId(incarnation, --nextNumber);
                allocations.tell(
                    route.allocationId(),
                    new AllocationCommand.Refresh(id, route.username(), OptionalInt.of(0), OptionalInt.empty()));
            }
        }
    }
}
