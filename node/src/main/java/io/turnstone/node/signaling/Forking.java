package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.SipMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The response context of a request (RFC 3261 §16.7, §16.8, §16.10): the targets that are still to be tried, the branches
 * that were sent, and the best response so far. One thread.
 *
 * <pre>
 * waiting    start           -> ringing    the first group of targets is sent to
 *            fail            -> done       answered
 *            cancel          -> done       487
 * ringing    1xx             -> ringing    sent back, but for 100
 *            2xx             -> answered   sent back, all other branches canceled
 *            6xx             -> ringing    all other branches canceled, no other target is tried
 *            other failure   -> ringing    the next group is sent to when the last branch of this one has failed
 *            cancel          -> ringing    all branches canceled, no other target is tried
 *            nothing left    -> done       the best response is sent back
 * answered   2xx             -> answered   sent back: a fork may have been answered twice
 * </pre>
 */
final class Forking implements TransactionUser {
    private static final int FAILURE_MIN = 300;
    private static final int GLOBAL_FAILURE_MIN = 600;

    private final ServerTransaction server;
    private final Requests requests;
    private final Branches branches;
    private final Branches.Plan plan;
    private final List<ClientTransaction> sent = new ArrayList<>(1);
    /** The instances that have answered for their user. */
    private Set<String> declined = Set.of();
    private @Nullable BestResponse best;
    private Deque<List<Target>> groups = new ArrayDeque<>();
    private int pending;
    private boolean waiting = true;
    private boolean done;
    private boolean canceled;

    Forking(ServerTransaction server, Requests requests, Branches branches, Branches.Plan plan) {
        this.server = server;
        this.requests = requests;
        this.branches = branches;
        this.plan = plan;
    }

    /** Nothing was found to send to. */
    void fail(int status, long nowMs) {
        waiting = false;
        if (!done) {
            done = true;
            requests.answer(server, status, nowMs);
        }
    }

    /** @param targets at least one */
    void start(Deque<List<Target>> targets, long nowMs) {
        waiting = false;
        if (!done) {
            groups = targets;
            goOn(nowMs);
        }
    }

    private void goOn(long nowMs) {
        while (pending == 0 && !groups.isEmpty()) {
            ring(groups.remove(), nowMs);
        }
        if (pending == 0 && !done) {
            finish(nowMs);
        }
    }

    private void ring(List<Target> group, long nowMs) {
        int share = Math.max(1, plan.breadth() / group.size());
        Branches.Plan ofGroup = group.size() == 1
            ? plan
            : new Branches.Plan(plan.way().withBreadth(share), plan.caller(), share);
        for (Target target : group) {
            if (declined.contains(target.instance())) {
                continue;
            }
            ClientTransaction branch = branches.send(server, ofGroup, target, this, nowMs);
            if (branch == null) {
                best().offer(Responses.FLOW_FAILED);
            } else {
                await(branch);
            }
        }
    }

    @Override
    public void onResponse(ClientTransaction branch, SipMessage response, long nowMs) {
        int status = response.statusCode();
        if (status < Responses.OK) {
            if (status > Responses.TRYING && !done) {
                branches.sendBack(server, response, nowMs);
            }
        } else if (status < FAILURE_MIN) {
            onSuccess(branch, response, nowMs);
        } else {
            onFailure(branch, response, nowMs);
        }
    }

    private void onSuccess(ClientTransaction branch, SipMessage response, long nowMs) {
        settle(branch);
        boolean first = !done;
        done = true;
        groups.clear();
        if (first || server.isInvite()) {
            branches.sendBack(server, response, nowMs);
        }
        cancelAll(nowMs);
    }

    private void onFailure(ClientTransaction branch, SipMessage response, long nowMs) {
        int status = response.statusCode();
        settle(branch);
        if (!branch.target().instance().isEmpty() && !tellsOfTheFlowOnly(status)) {
            declined = new HashSet<>(declined);
            declined.add(branch.target().instance());
        }
        if (status >= GLOBAL_FAILURE_MIN) {
            groups.clear();
            cancelAll(nowMs);
        }
        boolean only = best == null && pending == 0 && groups.isEmpty();
        if (only && !done && !tellsOfTheFlowOnly(status)) {
            done = true;
            branches.sendBack(server, response, nowMs);
            return;
        }
        best().offer(response);
        goOn(nowMs);
    }

    /** Whether another flow of the same user agent may do better (RFC 5626 §7). */
    private static boolean tellsOfTheFlowOnly(int status) {
        return status == Responses.REQUEST_TIMEOUT || status == Responses.FLOW_FAILED
            || status == Responses.UNAVAILABLE;
    }

    private void await(ClientTransaction branch) {
        sent.add(branch);
        pending++;
        if (server.isInvite()) {
            branches.ringing().add(branch);
        }
    }

    private void settle(ClientTransaction branch) {
        if (sent.remove(branch)) {
            pending--;
            branches.ringing().remove(branch);
        }
    }

    /** The branch has the same name over the new flow: a user agent that has only reconnected takes it for the same. */
    @Override
    public void onMoved(ClientTransaction branch, Binding binding, long nowMs) {
        if (done || canceled) {
            return;
        }
        ClientTransaction again = branches.send(server, plan, branch.target().movedTo(binding), this, nowMs);
        if (again != null) {
            settle(branch);
            await(again);
        }
    }

    private void cancelAll(long nowMs) {
        if (server.isInvite()) {
            sent.forEach(branch -> branches.cancel(branch, nowMs));
        }
    }

    @Override
    public void onExpired(ClientTransaction branch, long nowMs) {
        branches.cancel(branch, nowMs);
    }

    @Override
    public void onTimeout(ClientTransaction branch, long nowMs) {
        settle(branch);
        best().offer(canceled ? Responses.REQUEST_TERMINATED : Responses.REQUEST_TIMEOUT);
        goOn(nowMs);
    }

    @Override
    public void onCancel(long nowMs) {
        if (done) {
            return;
        }
        canceled = true;
        groups.clear();
        if (waiting) {
            done = true;
            requests.answer(server, Responses.REQUEST_TERMINATED, nowMs);
        } else {
            cancelAll(nowMs);
        }
    }

    private BestResponse best() {
        BestResponse found = best;
        if (found == null) {
            found = new BestResponse();
            best = found;
        }
        return found;
    }

    private void finish(long nowMs) {
        done = true;
        BestResponse found = best();
        int status = found.status();
        if (status == Responses.REQUEST_TIMEOUT && !server.isInvite()) {
            // RFC 4320 §4.2: the client has given up as well, and 408 would only come late
            return;
        }
        switch (status) {
            case BestResponse.NONE, Responses.FLOW_FAILED ->
                requests.answer(server, Responses.TEMPORARILY_UNAVAILABLE, nowMs);
            // §16.7 step 6: it is this branch that is not available, not the whole proxy
            case Responses.UNAVAILABLE -> requests.answer(server, Responses.INTERNAL_ERROR, nowMs);
            default -> {
                if (found.message().capacity() == 0) {
                    requests.answer(server, status, nowMs);
                } else {
                    branches.sendBack(server, found, nowMs);
                }
            }
        }
    }
}
