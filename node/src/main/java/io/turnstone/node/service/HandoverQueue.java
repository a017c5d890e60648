package io.turnstone.node.service;

import java.util.function.Consumer;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;

/** What other threads tell one, in the order of each. Has no limit of its own. */
public final class HandoverQueue<E> {
    private final ManyToOneConcurrentLinkedQueue<E> events = new ManyToOneConcurrentLinkedQueue<>();
    private final Runnable wakeUp;

    /** @param wakeUp ends the reader's pause */
    public HandoverQueue(Runnable wakeUp) {
        this.wakeUp = wakeUp;
    }

    /** Any thread. */
    public void add(E event) {
        events.add(event);
        wakeUp.run();
    }

    /** Hands over what has come; returns how much. The reader. */
    public int drain(int limit, Consumer<E> handler) {
        int done = 0;
        while (done < limit && !events.isEmpty()) {
            E event = events.poll();
            if (event != null) {
                handler.accept(event);
            }
            done++;
        }
        return done;
    }
}
