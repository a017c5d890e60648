package io.turnstone.loadtest.command;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** Which percentiles of a distribution every report tells, and how programs are told them. */
public final class Percentiles {
    private static final double[] TOLD = {50, 90, 99, 99.9, 100};

    private Percentiles() {}

    /** The median first, the most last. */
    public static DoubleStream told() {
        return Arrays.stream(TOLD);
    }

    /**
     * A JSON object such as <code>{"p50": 1.25, "p99.9": 3.00}</code>.
     *
     * @param format of a value, such as {@code %.2f}
     * @param value of a percentile
     */
    public static String json(String format, DoubleUnaryOperator value) {
        return told()
            .mapToObj(
                each -> "\"p" + name(each) + "\": " + String.format(Locale.ROOT, format, value.applyAsDouble(each)))
            .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String name(double percentile) {
        return percentile == Math.rint(percentile) ? Long.toString((long) percentile) : Double.toString(percentile);
    }
}
