package io.turnstone.node.cluster;

import com.typesafe.config.Config;
import io.turnstone.node.transport.ThreadPriority;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.ExecutorServiceConfigurator;
import org.apache.pekko.dispatch.ExecutorServiceFactory;
import org.apache.pekko.dispatch.MonitorableThreadFactory;

/**
 * The executor of the dispatchers: its threads raise themselves, less than those do that carry packets. Where a JVM starts
 * beside them, members would else take each other for unreachable, and remove one, because what carries their heartbeats
 * waits for a processor behind compilers; and a balancer would take out a node whose answer to a probe waits so. All dispatchers, since a thread inherits the priority of the one that starts it,
 * and any may start another's. Pekko makes it by the name that the configuration gives.
 */
public final class RaisedThreads extends ExecutorServiceConfigurator {
    private static final int THREADS_MIN = 2;
    private static final int THREADS_MAX = 16;
    /** In the dispatcher's configuration: how many, where one per core is not wanted. */
    private static final String THREADS = "threads";

    private final int count;

    /** The two arguments are what Pekko looks for a constructor with. */
    public RaisedThreads(Config config, DispatcherPrerequisites prerequisites) {
        super(config, prerequisites);
        count = config.hasPath(THREADS)
            ? config.getInt(THREADS)
            : Math.clamp(Runtime.getRuntime().availableProcessors(), THREADS_MIN, THREADS_MAX);
    }

    @Override
    public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threads) {
        ThreadFactory named = threads instanceof MonitorableThreadFactory monitorable
            ? monitorable.withName(monitorable.name() + "-" + id)
            : threads;
        return () -> Executors.newFixedThreadPool(count, task -> named.newThread(() -> {
            ThreadPriority.ACTORS.raise();
            task.run();
        }));
    }
}
