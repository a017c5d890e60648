package io.turnstone.node.transport;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Who runs first where there are fewer processors than work: what carries packets and heartbeats, before compilers and the
 * admin port. A node that is starved of CPU is late for its heartbeats, and the others take it for dead.
 */
public enum ThreadPriority {
    /** Of threads that carry packets or decide about them: nine times the share of a thread of nice value 0. */
    PACKETS(-10),
    /** Of actors, which carry what members tell each other: three times that share. */
    ACTORS(-5);

    private static final int PRIO_PROCESS = 0;
    private static final int CALLING_THREAD = 0;

    private final int nice;

    ThreadPriority(int nice) {
        this.nice = nice;
    }

    /**
     * Gives this to the calling thread, and to those that it starts from now on. Only Linux knows priorities of threads,
     * and grants this to root, to CAP_SYS_NICE, or within RLIMIT_NICE.
     *
     * @return false where the thread remains as it was
     */
    public boolean raise() {
        return System.getProperty("os.name").equals("Linux") && setPriority() == 0;
    }

    @SuppressWarnings("restricted") // the manifest enables native calls
    private int setPriority() {
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor signature = FunctionDescriptor
            .of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        MethodHandle setPriority = linker.downcallHandle(linker.defaultLookup().findOrThrow("setpriority"), signature);
        try {
            return (int) setPriority.invokeExact(PRIO_PROCESS, CALLING_THREAD, nice);
        } catch (Throwable e) {
            throw new IllegalStateException("calling setpriority failed before the system was reached", e);
        }
    }
}
