package io.turnstone.node;

import io.turnstone.config.Settings;

/** One node of the cluster: builds every part, hands out clock and randomness, starts and stops the threads. */
public final class Node implements AutoCloseable {
    private final Settings settings;

    private Node(Settings settings) {
        this.settings = settings;
    }

    /** Returns when the node's sockets are open; ready it may be later. */
    public static Node start(Settings settings) {
        return new Node(settings);
    }

    public Settings settings() {
        return settings;
    }

    @Override
    public void close() {}
}
