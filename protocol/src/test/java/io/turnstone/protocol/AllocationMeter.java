package io.turnstone.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.BooleanSupplier;

/** What a step allocates on this thread once it has run often enough to be compiled. */
public final class AllocationMeter {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private AllocationMeter() {}

    /**
     * Runs the step that often twice, and fails if it ever answers false, or if the second time it allocates more.
     *
     * @param noiseBytes of all times together: the JVM's own
     */
    public static void assertAllocatesNothing(BooleanSupplier step, int times, long noiseBytes) {
        allocatedBytes(step, times);

        assertThat(allocatedBytes(step, times)).isLessThan(noiseBytes);
    }

    private static long allocatedBytes(BooleanSupplier step, int times) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        boolean valid = true;
        for (int i = 0; i < times; i++) {
            valid &= step.getAsBoolean();
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(valid).isTrue();
        return allocated;
    }
}
