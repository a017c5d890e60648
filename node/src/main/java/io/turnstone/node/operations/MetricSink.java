package io.turnstone.node.operations;

import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Takes readings for {@code /metrics}. A metric is written once per set of labels, always with the same help sentence and
 * label names. One thread.
 */
public interface MetricSink {
    String PREFIX = "turnstone_";

    /**
     * A sum that only grows.
     *
     * @param name without {@link #PREFIX} and {@code _total}, units last, such as {@code forwarded_bytes}
     * @param labels name, value, name, value …
     */
    void counter(String name, String help, double value, String... labels);

    /** A value of this moment. */
    void gauge(String name, String help, double value, String... labels);

    /**
     * How often a value fell into each class.
     *
     * @param upperBounds of the classes, rising, the last one infinite
     * @param counts of each class alone
     * @param sum of all values
     */
    void histogram(String name, String help, double[] upperBounds, long[] counts, double sum);

    /** One counter for each constant of an enum, named by it: {@code prefix_constant}. */
    default <E extends Enum<E>> void counters(String prefix, E[] constants, Function<E, String> help,
        ToLongFunction<E> value) {
        for (E constant : constants) {
            counter(prefix + "_" + label(constant), help.apply(constant), (double) value.applyAsLong(constant));
        }
    }

    /** One counter with a label that takes each constant of an enum: {@code name{label="constant"}}. */
    default <E extends Enum<E>> void countersBy(String label, String name, String help, E[] constants,
        ToLongFunction<E> value) {
        for (E constant : constants) {
            counter(name, help, (double) value.applyAsLong(constant), label, label(constant));
        }
    }

    private static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
