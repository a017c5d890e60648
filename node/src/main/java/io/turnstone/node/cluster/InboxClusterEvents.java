package io.turnstone.node.cluster;

import io.turnstone.node.rib.NodeDescriptor;
import java.util.concurrent.Executor;

/** Hands every event over to {@code inbox}, in order. */
record InboxClusterEvents(ClusterEvents target, Executor inbox) implements ClusterEvents {
    @Override
    public void nodeJoined(NodeDescriptor node) {
        inbox.execute(() -> target.nodeJoined(node));
    }

    @Override
    public void nodeMet(NodeDescriptor node) {
        inbox.execute(() -> target.nodeMet(node));
    }

    @Override
    public void nodeLeft(long incarnation) {
        inbox.execute(() -> target.nodeLeft(incarnation));
    }

    @Override
    public void nodeEnded(long incarnation) {
        inbox.execute(() -> target.nodeEnded(incarnation));
    }

    @Override
    public void selfUp(int others) {
        inbox.execute(() -> target.selfUp(others));
    }

    @Override
    public void selfDown() {
        inbox.execute(target::selfDown);
    }

    @Override
    public void refused(String reason) {
        inbox.execute(() -> target.refused(reason));
    }
}
