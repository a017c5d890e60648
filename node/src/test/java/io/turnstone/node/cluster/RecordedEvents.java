package io.turnstone.node.cluster;

import io.turnstone.node.rib.NodeDescriptor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Writes down what happens to the membership, one line each. Any thread. */
final class RecordedEvents implements ClusterEvents {
    final List<String> lines = new CopyOnWriteArrayList<>();
    final List<NodeDescriptor> joined = new CopyOnWriteArrayList<>();

    @Override
    public void nodeJoined(NodeDescriptor node) {
        joined.add(node);
        lines.add("joined " + node.incarnation());
    }

    @Override
    public void nodeMet(NodeDescriptor node) {
        lines.add("met " + node.incarnation());
    }

    @Override
    public void nodeLeft(long incarnation) {
        lines.add("left " + incarnation);
    }

    @Override
    public void nodeEnded(long incarnation) {
        lines.add("ended " + incarnation);
    }

    @Override
    public void selfUp(int others) {
        lines.add("up");
    }

    @Override
    public void selfDown() {
        lines.add("down");
    }

    @Override
    public void refused(String reason) {
        lines.add("refused " + reason);
    }
}
