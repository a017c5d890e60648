package io.turnstone.loadtest.server;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/** What {@code /metrics} said at one moment, in Prometheus' text form. Immutable. */
public final class Metrics {
    private final Map<String, Double> samples;

    private Metrics(Map<String, Double> samples) {
        this.samples = Map.copyOf(samples);
    }

    public static Metrics parse(String text) {
        Map<String, Double> samples = new LinkedHashMap<>();
        text.lines().filter(line -> !line.startsWith("#") && !line.isBlank()).forEach(line -> {
            int space = line.lastIndexOf(' ');
            samples.put(line.substring(0, space), Double.parseDouble(line.substring(space + 1)));
        });
        return new Metrics(samples);
    }

    /** The sum over all label sets of the metric; 0 where there is none. */
    public double sum(String name) {
        return sumWhere(sample -> sample.equals(name) || sample.startsWith(name + "{"));
    }

    /** The sum of all samples whose name and labels, as in {@code name{label="value"}}, satisfy {@code wanted}. */
    public double sumWhere(Predicate<String> wanted) {
        return samples.entrySet()
            .stream()
            .filter(sample -> wanted.test(sample.getKey()))
            .mapToDouble(Map.Entry::getValue)
            .sum();
    }

    @Override
    public String toString() {
        return samples.toString();
    }
}
