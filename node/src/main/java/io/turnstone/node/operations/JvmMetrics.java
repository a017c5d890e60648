package io.turnstone.node.operations;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Objects;

/** What the process itself costs. Any thread. */
final class JvmMetrics {
    private static final double MS_PER_SECOND = 1_000;
    private static final double NS_PER_SECOND = 1_000_000_000;

    private JvmMetrics() {}

    static void collect(MetricSink sink) {
        sink.gauge("heap_used_bytes", "Java heap in use, garbage that is not yet collected included.",
            (double) ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        sink.gauge("heap_after_collection_bytes",
            "Java heap that was still in use after the last collections. What it grows"
                + " by, divided by what turnstone_routes grows by, is the cost of a route.",
            (double) heapAfterCollection());
        for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            sink.gauge("buffer_used_bytes", "Memory of buffers outside the heap.", (double) pool.getMemoryUsed(),
                "pool",
                pool.getName());
        }
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            sink.counter("gc_seconds", "Time that the garbage collector's cycles or pauses took.",
                Math.max(0, collector.getCollectionTime()) / MS_PER_SECOND, "collector", collector.getName());
        }
        sink.gauge("threads", "Live threads.", ManagementFactory.getThreadMXBean().getThreadCount());
        sink.gauge("uptime_seconds", "Time since the process started.",
            ManagementFactory.getRuntimeMXBean().getUptime() / MS_PER_SECOND);
        if (ManagementFactory
            .getOperatingSystemMXBean() instanceof com.sun.management.UnixOperatingSystemMXBean system) {
            sink.counter("cpu_seconds", "CPU time of the process.", system.getProcessCpuTime() / NS_PER_SECOND);
            sink.gauge("open_files", "Open file descriptors, sockets included.",
                (double) system.getOpenFileDescriptorCount());
            sink.gauge("open_files_limit", "File descriptors that the system allows.",
                (double) system.getMaxFileDescriptorCount());
        }
    }

    private static long heapAfterCollection() {
        return ManagementFactory.getMemoryPoolMXBeans()
            .stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getCollectionUsage)
            .filter(Objects::nonNull)
            .mapToLong(MemoryUsage::getUsed)
            .sum();
    }
}
