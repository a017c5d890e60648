package io.turnstone.node.signaling;

/**
 * One address of an upstream, and whether it is believed to be alive. One thread.
 *
 * <pre>
 * alive    asked and no answer until it is asked again  -> silent
 *          unreachable, or a request timed out          -> silent
 * silent   any answer                                   -> alive
 * </pre>
 */
final class TrunkHop {
    private final BindingId id;
    private final Hop hop;
    private boolean alive = true;
    private boolean awaited;

    TrunkHop(BindingId id, Hop hop) {
        this.id = id;
        this.hop = hop;
    }

    /** By which branches and tokens know it. */
    BindingId id() {
        return id;
    }

    Hop hop() {
        return hop;
    }

    boolean isAlive() {
        return alive;
    }

    /** It is asked now; what was asked before and not answered tells that it is silent. */
    void onAsked() {
        alive &= !awaited;
        awaited = true;
    }

    void onAnswered() {
        alive = true;
        awaited = false;
    }

    void onUnreachable() {
        alive = false;
    }
}
