package io.turnstone.node;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signals that ask a process to end. A shutdown hook never hears the second one, {@code sun.misc.Signal} does; it is
 * called by reflection, since the compiler has a warning for its name that cannot be suppressed. Any thread.
 */
final class Signals {
    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);
    private static final List<String> NAMES = List.of("TERM", "INT", "HUP");

    private Signals() {}

    /**
     * @param first called at the first such signal, must return soon
     * @param again called at each later one
     */
    static void onEnd(Runnable first, Runnable again) {
        AtomicBoolean asked = new AtomicBoolean();
        Runnable onSignal = () -> (asked.compareAndSet(false, true) ? first : again).run();
        for (String name : NAMES) {
            try {
                handle(name, onSignal);
            } catch (ReflectiveOperationException unavailable) {
                LOG.debug("SIG{} keeps its default meaning", name, unavailable);
            }
        }
    }

    private static void handle(String name, Runnable onSignal) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object proxy = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[]{handler},
            (self, method, arguments) -> {
                onSignal.run();
                return null;
            });
        try {
            signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (InvocationTargetException refused) {
            throw new ReflectiveOperationException("the JVM keeps the signal for itself", refused.getCause());
        }
    }
}
