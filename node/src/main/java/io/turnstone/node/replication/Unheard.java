package io.turnstone.node.replication;

/** For what its author does not wait for. Any thread. */
public final class Unheard<R> implements OutcomeHandler<R> {
    @Override
    public void onReplicated(Version version) {}

    @Override
    public void onConflict(R existing) {}

    @Override
    public void onGone() {}
}
