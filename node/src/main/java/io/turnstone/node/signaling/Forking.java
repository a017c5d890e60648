package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.SipMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The response context of a request (RFC 3261 §16.7, §16.8, §16.10): the targets that are still to be tried, the branches
 * that were sent, and the best response so far. One thread.
 *
 * <pre>
 * waiting    start           -> ringing    the first group of targets is sent to; who is away is waited for
 *            startWith       -> ringing    a side of a dialog is sent to
 *            fail            -> done       answered
 *            cancel          -> done       487
 * ringing    1xx             -> ringing    sent back, but for 100
 *            2xx             -> answered   sent back, all other branches canceled
 *            6xx             -> ringing    all other branches canceled, no other target is tried
 *            430             -> waiting    of a side of a dialog, for whoever started with it to start again
 *            other failure   -> ringing    the next group is sent to when the last branch of this one has failed
 *            registered      -> ringing    who was away and is back is sent to (RFC 8599 §5.6.2)
 *            cancel          -> ringing    all branches canceled, no other target is tried, nobody waited for
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
    private @Nullable Absence absence;
    private Deque<List<Target>> groups = new ArrayDeque<>();
    /** Bindings whose user agents are away and expected back. */
    private final Map<BindingId, Binding> awaited = new HashMap<>();
    private boolean waiting = true;
    private boolean done;
    private boolean canceled;
    private CallWatch watch = CallWatch.NONE;

    /** What is done when a side of a dialog was sent to, and the node that had its flow finds that gone. */
    @FunctionalInterface
    interface Absence {
        void onFlowGone(FlowName flow, long nowMs);
    }

    Forking(ServerTransaction server, Requests requests, Branches branches, Branches.Plan plan) {
        this.server = server;
        this.requests = requests;
        this.branches = branches;
        this.plan = plan;
    }

    /** Before it starts or fails: what hears each response that is sent back. */
    void watchedBy(CallWatch call) {
        watch = call;
    }

    private void answer(int status, long nowMs) {
        requests.answer(server, status, nowMs);
        watch.onResponse(status, null, nowMs);
    }

    private void sendBack(SipMessage response, long nowMs) {
        branches.sendBack(server, response, nowMs);
        watch.onResponse(response.statusCode(), response, nowMs);
    }

    /** How many targets may be rung at once. */
    int breadth() {
        return plan.breadth();
    }

    /** Nothing was found to send to. */
    void fail(int status, long nowMs) {
        waiting = false;
        if (!done) {
            done = true;
            answer(status, nowMs);
        }
    }

    /** Whether the request waits for who is away. */
    boolean isPatient() {
        return plan.waitsFor() != null;
    }

    /** @param targets at least one */
    void start(Deque<List<Target>> targets, long nowMs) {
        start(targets, List.of(), nowMs);
    }

    /** @param away bindings that are rung as well when they are registered again; at least one of both */
    void start(Deque<List<Target>> targets, List<Binding> away, long nowMs) {
        waiting = false;
        if (!done) {
            groups = targets;
            await(away, nowMs);
            goOn(nowMs);
        }
    }

    /** Of a user agent that can be reached by another flow as well, none is waited for. */
    private void await(List<Binding> away, long nowMs) {
        PushNotification.Reason reason = plan.waitsFor();
        if (reason == null) {
            return;
        }
        Set<String> reached = new HashSet<>();
        groups.forEach(group -> group.forEach(target -> reached.add(target.instance())));
        reached.remove("");
        for (Binding binding : away) {
            if (!reached.contains(binding.instance()) && !declined.contains(binding.instance())) {
                await(binding, reason, nowMs);
            }
        }
    }

    private boolean await(Binding binding, PushNotification.Reason reason, long nowMs) {
        if (!branches.absentees().await(binding, reason, new Return(binding.id()), nowMs)) {
            return false;
        }
        awaited.put(binding.id(), binding);
        return true;
    }

    /** What becomes of a binding that is waited for, unless the request is over meanwhile. */
    private final class Return implements HeldRequests.Outcome {
        private final BindingId id;

        Return(BindingId id) {
            this.id = id;
        }

        @Override
        public void onRegistered(Binding binding, long nowMs) {
            if (awaited.remove(id) != null) {
                groups.addFirst(List.of(Target.of(binding)));
                if (sent.size() < plan.breadth()) {
                    ring(groups.remove(), nowMs);
                }
                goOn(nowMs);
            }
        }

        @Override
        public void onAbsent(long nowMs) {
            if (awaited.remove(id) != null) {
                best().offer(Responses.TEMPORARILY_UNAVAILABLE);
                goOn(nowMs);
            }
        }
    }

    /**
     * Sends to a side of a dialog. False, with nothing changed, if its flow is known to be gone.
     *
     * @param ifGone told if that turns out later; it starts or fails this again
     */
    boolean startWith(Target target, Absence ifGone, long nowMs) {
        if (!done) {
            ClientTransaction branch = branches.send(server, plan, target, this, nowMs);
            if (branch == null) {
                return false;
            }
            waiting = false;
            absence = ifGone;
            await(branch);
        }
        return true;
    }

    private void goOn(long nowMs) {
        while (sent.isEmpty() && !groups.isEmpty()) {
            ring(groups.remove(), nowMs);
        }
        if (sent.isEmpty() && awaited.isEmpty() && !done) {
            finish(nowMs);
        }
    }

    private void ring(List<Target> group, long nowMs) {
        int ways = sent.size() + group.size() + awaited.size();
        int share = Math.max(1, plan.breadth() / ways);
        Branches.Plan ofGroup = ways == 1
            ? plan
            : new Branches.Plan(plan.way().withBreadth(share), plan.caller(), share, plan.waitsFor());
        for (Target target : group) {
            if (declined.contains(target.instance())) {
                continue;
            }
            ClientTransaction branch = branches.send(server, ofGroup, target, this, nowMs);
            if (branch != null) {
                await(branch);
                branches.absentees().watch(branch, plan.waitsFor(), () -> sent.contains(branch), nowMs);
            } else if (!awaitReturn(target, nowMs)) {
                branches.unreachable(target);
                best().offer(Responses.FLOW_FAILED);
            }
        }
    }

    /** A flow was gone when something was to be sent over it, and nobody had known. */
    private boolean awaitReturn(Target target, long nowMs) {
        Binding lost = target.binding();
        PushNotification.Reason reason = plan.waitsFor();
        return lost != null && reason != null && lost.canReturn() && await(lost, reason, nowMs);
    }

    @Override
    public void onResponse(ClientTransaction branch, SipMessage response, long nowMs) {
        int status = response.statusCode();
        if (status < Responses.OK) {
            if (status > Responses.TRYING && !done) {
                sendBack(response, nowMs);
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
        leaveOthers();
        if (first || server.isInvite()) {
            sendBack(response, nowMs);
        }
        cancelAll(nowMs);
    }

    private void onFailure(ClientTransaction branch, SipMessage response, long nowMs) {
        int status = response.statusCode();
        settle(branch);
        Absence away = absence;
        if (away != null && status == Responses.FLOW_FAILED && sent.isEmpty() && !done && !canceled) {
            waiting = true;
            away.onFlowGone(branch.flow(), nowMs);
            return;
        }
        if (status == Responses.FLOW_FAILED && !done && !canceled && awaitReturn(branch.target(), nowMs)) {
            goOn(nowMs);
            return;
        }
        if (!tellsOfTheFlowOnly(status)) {
            onDeclined(branch.target().instance());
        }
        if (status >= GLOBAL_FAILURE_MIN) {
            leaveOthers();
            cancelAll(nowMs);
        } else if (branch.target().hop() != null && !tellsOfTheFlowOnly(status)) {
            // the other targets are addresses of the same place, which has answered (RFC 3263 §4.3)
            groups.clear();
        }
        boolean only = best == null && sent.isEmpty() && groups.isEmpty() && awaited.isEmpty();
        if (only && !done && !tellsOfTheFlowOnly(status)) {
            done = true;
            sendBack(response, nowMs);
            return;
        }
        best().offer(response);
        goOn(nowMs);
    }

    /** The user has answered: who cannot even be woken is not waited for any more. */
    private void onDeclined(String instance) {
        if (!instance.isEmpty()) {
            declined = new HashSet<>(declined);
            declined.add(instance);
        }
        awaited.values().removeIf(away -> away.push().isNone() || declined.contains(away.instance()));
    }

    /** Whether another flow of the same user agent may do better (RFC 5626 §7). */
    private static boolean tellsOfTheFlowOnly(int status) {
        return status == Responses.REQUEST_TIMEOUT || status == Responses.FLOW_FAILED
            || status == Responses.UNAVAILABLE;
    }

    private void await(ClientTransaction branch) {
        sent.add(branch);
        Binding binding = branch.target().binding();
        boolean wakes = binding != null && !binding.push().isNone();
        if (server.isInvite() || absence != null || wakes) {
            branches.ringing().add(branch);
        }
    }

    private void settle(ClientTransaction branch) {
        if (sent.remove(branch)) {
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
        branches.unreachable(branch.target());
        best().offer(canceled ? Responses.REQUEST_TERMINATED : Responses.REQUEST_TIMEOUT);
        goOn(nowMs);
    }

    @Override
    public void onCancel(long nowMs) {
        if (done) {
            return;
        }
        canceled = true;
        leaveOthers();
        if (waiting || sent.isEmpty()) {
            done = true;
            answer(Responses.REQUEST_TERMINATED, nowMs);
        } else {
            cancelAll(nowMs);
        }
    }

    /** No other target is tried. */
    private void leaveOthers() {
        groups.clear();
        awaited.clear();
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
            watch.onResponse(status, null, nowMs);
            return;
        }
        switch (status) {
            case BestResponse.NONE, Responses.FLOW_FAILED ->
                answer(Responses.TEMPORARILY_UNAVAILABLE, nowMs);
            // §16.7 step 6: it is this branch that is not available, not the whole proxy
            case Responses.UNAVAILABLE -> answer(Responses.INTERNAL_ERROR, nowMs);
            default -> {
                if (found.message().capacity() == 0) {
                    answer(status, nowMs);
                } else {
                    branches.sendBack(server, found, nowMs);
                    watch.onResponse(found.status(), null, nowMs);
                }
            }
        }
    }
}
