package io.turnstone.node;

import java.util.concurrent.Executor;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;

/**
 * Tasks of other threads for the control thread, in the order in which each thread gave them. What bounds it is what
 * bounds the requests in flight: the punt queue and the number of allocations.
 */
final class Inbox implements Executor {
    private final ManyToOneConcurrentLinkedQueue<Runnable> tasks = new ManyToOneConcurrentLinkedQueue<>();
    private final Runnable wakeUp;

    /** @param wakeUp ends the control thread's pause; any thread calls it */
    Inbox(Runnable wakeUp) {
        this.wakeUp = wakeUp;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        wakeUp.run();
    }

    /** Runs tasks. The control thread. */
    int drain(int limit) {
        int done = 0;
        while (done < limit && !tasks.isEmpty()) {
            Runnable task = tasks.poll();
            if (task != null) {
                task.run();
            }
            done++;
        }
        return done;
    }
}
