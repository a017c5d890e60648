package io.turnstone.node.cluster;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The faster of the two clocks of failure: which nodes packets may be sent to, judged by fabric heartbeats alone and
 * reversible at any time. A pure machine of the control thread; times are {@code nanoTime}s and come from the caller.
 *
 * <pre>
 * GONE         joined                    -> CATCHING_UP
 * CATCHING_UP  its digests equal ours    -> LIVE
 * LIVE         silent for the time-out   -> SUSPECT      so is one that is CATCHING_UP
 * SUSPECT      heard                     -> CATCHING_UP
 * any          left                      -> GONE
 * </pre>
 *
 * A node that was itself late by more than half the time-out has heard nobody meanwhile: it suspects nobody until a full
 * time-out has passed, and is CATCHING_UP itself until the digests of all whom it hears equal its own again.
 */
public final class Liveness {
    /** What a node is to the forwarding of this one. */
    public enum State {
        /** No member. */
        GONE,
        /** Heard, but it may not know all routes, or not the latest: no home. */
        CATCHING_UP,
        /** Heard, with the same routes: may be home. */
        LIVE,
        /** A member that is not heard: no home. */
        SUSPECT
    }

    /** Told of every change, on the control thread, after it. */
    @FunctionalInterface
    public interface Listener {
        /** @param incarnation a peer's, or this node's own */
        void onChange(long incarnation, State before, State now);
    }

    private static final class Peer {
        private State state = State.GONE;
        private long lastHeardNs;
        private boolean digestsEqual;

        private Peer(long nowNs) {
            this.lastHeardNs = nowNs;
        }
    }

    private final long self;
    private final long suspectAfterNs;
    private final Listener listener;
    private final Map<Long, Peer> peers = new LinkedHashMap<>();
    private State selfState = State.LIVE;
    private boolean forgiving;
    private long forgivingUntilNs;

    public Liveness(long self, long suspectAfterNs, Listener listener) {
        this.self = self;
        this.suspectAfterNs = suspectAfterNs;
        this.listener = listener;
    }

    public void joined(long incarnation, long nowNs) {
        if (incarnation != self && !peers.containsKey(incarnation)) {
            Peer peer = new Peer(nowNs);
            peers.put(incarnation, peer);
            change(incarnation, peer, State.CATCHING_UP);
        }
    }

    public void left(long incarnation) {
        Peer peer = peers.remove(incarnation);
        if (peer != null) {
            change(incarnation, peer, State.GONE);
        }
    }

    /** @param lastHeardNs when its latest heartbeat arrived; an earlier one than before changes nothing */
    public void heard(long incarnation, long lastHeardNs) {
        Peer peer = peers.get(incarnation);
        if (peer != null && lastHeardNs - peer.lastHeardNs > 0) {
            peer.lastHeardNs = lastHeardNs;
        }
    }

    /** The outcome of comparing digests with that node just now. */
    public void digests(long incarnation, boolean equal) {
        Peer peer = peers.get(incarnation);
        if (peer != null) {
            peer.digestsEqual = equal;
        }
    }

    /** @param lateNs by how much this node's own duty cycle came too late */
    public void late(long lateNs, long nowNs) {
        if (lateNs <= suspectAfterNs / 2) {
            return;
        }
        forgiving = true;
        forgivingUntilNs = nowNs + suspectAfterNs;
        if (!peers.isEmpty()) {
            peers.values().forEach(peer -> peer.digestsEqual = false);
            changeSelf(State.CATCHING_UP);
        }
    }

    /** Judges everyone; call it every duty cycle. */
    public void poll(long nowNs) {
        if (forgiving && nowNs - forgivingUntilNs >= 0) {
            forgiving = false;
        }
        peers.forEach((incarnation, peer) -> judge(incarnation, peer, nowNs));
        if (selfState == State.CATCHING_UP && hasCaughtUp(nowNs)) {
            changeSelf(State.LIVE);
        }
    }

    public State state(long incarnation) {
        Peer peer = peers.get(incarnation);
        if (peer != null) {
            return peer.state;
        }
        return incarnation == self ? selfState : State.GONE;
    }

    /** Whether anything comes from the node, with the same routes or not. */
    public boolean isHeard(long incarnation) {
        State state = state(incarnation);
        return state == State.LIVE || state == State.CATCHING_UP;
    }

    /** The nodes that may be home, this one among them unless it is catching up itself. */
    public Set<Long> live() {
        Set<Long> live = new HashSet<>();
        peers.forEach((incarnation, peer) -> {
            if (peer.state == State.LIVE) {
                live.add(incarnation);
            }
        });
        if (selfState == State.LIVE) {
            live.add(self);
        }
        return live;
    }

    private void judge(long incarnation, Peer peer, long nowNs) {
        boolean silent = isSilent(peer, nowNs);
        switch (peer.state) {
            case LIVE, CATCHING_UP -> {
                if (silent && !forgiving) {
                    peer.digestsEqual = false;
                    change(incarnation, peer, State.SUSPECT);
                } else if (peer.state == State.CATCHING_UP && peer.digestsEqual && !silent) {
                    change(incarnation, peer, State.LIVE);
                }
            }
            case SUSPECT -> {
                if (!silent) {
                    peer.digestsEqual = false;
                    change(incarnation, peer, State.CATCHING_UP);
                }
            }
            case GONE -> throw new AssertionError("a peer that has left is not judged");
        }
    }

    /** Heard by nobody, it is caught up with whatever it has, once it would have heard someone. */
    private boolean hasCaughtUp(long nowNs) {
        boolean hearsAnyone = false;
        for (Peer peer : peers.values()) {
            if (!isSilent(peer, nowNs)) {
                hearsAnyone = true;
                if (!peer.digestsEqual) {
                    return false;
                }
            }
        }
        return hearsAnyone || !forgiving;
    }

    private boolean isSilent(Peer peer, long nowNs) {
        return nowNs - peer.lastHeardNs > suspectAfterNs;
    }

    private void change(long incarnation, Peer peer, State now) {
        State before = peer.state;
        peer.state = now;
        listener.onChange(incarnation, before, now);
    }

    private void changeSelf(State now) {
        State before = selfState;
        if (before != now) {
            selfState = now;
            listener.onChange(self, before, now);
        }
    }
}
